"""What a model is worth: right, calibrated and truthful answers, held against other systems'."""
