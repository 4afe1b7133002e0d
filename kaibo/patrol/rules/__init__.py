"""Grades, duty and sampling. Pure."""
