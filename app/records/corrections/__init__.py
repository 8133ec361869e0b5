"""What people wrote into the register by hand: activities elsewhere, who was there, and why a fact was corrected."""
