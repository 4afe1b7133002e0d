"""``kaibo scan train``: from labelled texts to the file of a model."""
