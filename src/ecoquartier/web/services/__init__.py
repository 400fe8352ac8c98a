"""The State's services in their territory: what they add to the référentiel."""
