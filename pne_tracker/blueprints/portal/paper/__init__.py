"""Paper forms that staff enter for a patient, on the same fields as the portal's."""
