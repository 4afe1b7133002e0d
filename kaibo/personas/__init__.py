"""Owns AI-made people in shows: consents, assessments, who watches them; never opens a show."""
