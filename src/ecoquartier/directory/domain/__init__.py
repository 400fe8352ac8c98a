"""What the directory sorts operations by. Pure: neither the database nor the hour."""
