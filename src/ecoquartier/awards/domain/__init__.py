"""What an award proves to strangers: verification codes, the sealed PDF certificate, the verifiable credential.

Pure functions over plain data: no database, no network, no clock.
"""
