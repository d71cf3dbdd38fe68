"""Signing in and out, first accounts, forgotten and changed passwords."""

from tests.web.conftest import SignIn


def test_a_person_signs_in_and_sees_the_own_profile(sign_in: SignIn) -> None:
    assert sign_in().get("/desk/profile").text == "Chief Person"
