"""The foreign routes as an OpenAPI document, made of the same declarations as the routes themselves."""
