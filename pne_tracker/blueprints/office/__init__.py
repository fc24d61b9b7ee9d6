"""What billing is set up with: payers, fees, numbers for claims, codes and their tables."""
