"""Uploaded files, given to those who may see what they belong to."""
