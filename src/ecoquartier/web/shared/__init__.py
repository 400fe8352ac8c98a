"""What the portals have in common: base views, forms, pagination, middleware, error pages."""
