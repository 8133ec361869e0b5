"""The training register: activities, participations, facts."""
