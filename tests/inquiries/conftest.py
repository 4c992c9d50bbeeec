"""A customer with a subscription, and the two sides of an inquiry."""

import pytest

from huntline.enrolment.states import SubscriptionKind
from huntline.enrolment.subscription import SubscriptionForm, grant_subscription
from huntline.inquiries.access import open_case
from huntline.inquiries.asking import InquiryForm, ask
from huntline.inquiries.vocabulary import Category


@pytest.fixture
def admin(scope_of, clock):
    """The scope of aurora's administrator, whose organization has a full subscription."""
    grant_subscription(scope_of("account_manager", "aurora"), SubscriptionForm(SubscriptionKind.FULL))
    return scope_of("aurora_admin", "aurora")


@pytest.fixture
def hunter(scope_of, clock):
    """The scope of a hunter in aurora."""
    return scope_of("hunter", "aurora")


@pytest.fixture
def lead(scope_of, clock):
    """The scope of the hunt lead in aurora."""
    return scope_of("hunt_lead", "aurora")


@pytest.fixture
def form():
    """Return a form of an inquiry with what the test cares about."""

    def filled(**fields):
        values = {
            "topic": "http://localhost:8080/tenants/aurora/home",
            "category": Category.COMPROMISE,
            "text": "Is this host compromised?",
            "reply_email": "soc@aurora.example",
        }
        return InquiryForm(**(values | fields))

    return filled


@pytest.fixture
def inquiry(admin, form):
    """An inquiry that was just asked."""
    return ask(admin, form())


@pytest.fixture
def opened(inquiry, hunter):
    """The same, which the hunter has open."""
    open_case(hunter, inquiry.number, "To answer it.", 8)
    return inquiry
