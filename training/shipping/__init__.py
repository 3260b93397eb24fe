"""What makes a trained stage small, fast and calibrated: four bits, guessed words, a release."""
