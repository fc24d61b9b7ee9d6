"""Messages of patients, as the clinic reads and answers them."""
