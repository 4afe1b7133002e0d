"""Everything at once, as a stranger would try it: roles, tenants, hostile input, secrets."""
