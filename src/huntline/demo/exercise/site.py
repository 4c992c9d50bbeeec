"""The invented organisation at which the provider exercises."""

from huntline.demo.customers import CustomerSpec

RANGE = CustomerSpec(
    key="driftwood",
    name="Driftwood Range",
    domain="driftwood.example",
    netbios="DRIFTWOOD",
    zone="UTC",
    language="en",
    city="Lisbon",
    country="PT",
    network=64,
    egress="203.0.113.253",
    given_names=("Alva", "Basil", "Corin", "Dale", "Edda", "Faye", "Gale", "Hollis", "Ines", "Jory", "Kit", "Lior"),
    family_names=("Ashlock", "Brinewood", "Cairnhill", "Dunmarsh", "Eddystone", "Fernbank", "Gorsefield", "Hazelmoor"),
    document_names=("Budget 2026", "Board minutes", "Salary review", "Supplier contract", "Project plan", "Price list"),
)
