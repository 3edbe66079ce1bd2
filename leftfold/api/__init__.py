"""The API, turned outward."""
