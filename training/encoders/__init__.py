"""The face encoder and the projectors' trunks: learned anew, or taught what they do not know."""
