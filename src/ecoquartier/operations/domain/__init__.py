"""Pure rules and formats of the register: readers of files, no ORM, no clock, no network."""
