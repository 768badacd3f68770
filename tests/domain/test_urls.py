from ipaddress import ip_address

import pytest

from booking.domain.urls import is_public, target_of


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::10.0.0.1",
        "::8.8.8.8",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::8.8.8.8",
        "100::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:2::1",
        "2001:db8::1",
        "2002:a00:1::",
        "2002:808:808::1",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_address_inside_or_of_no_use_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::8.8.8.8"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "ftp://example.com/hook",
        "file:///etc/passwd",
        "//example.com/hook",
        "https:///hook",
        "https://",
        "https://user@example.com/",
        "https://user:word@example.com/",
        "https://example.com@127.0.0.1/",
        "https://example.com/#part",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://example.com\\@127.0.0.1/",
        "https://exam ple.com/",
        "https://example.com/\r\nHost: other",
        "https://bücher.example/",
        "https://[::1/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://017700000001/",
        "https://0/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://example.com/" + "a" * 2048,
    ],
)
def test_a_url_that_could_lead_inside_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"URL"):
        target_of(url)


def test_a_url_is_read_into_what_a_request_needs() -> None:
    target = target_of("https://hooks.example.com:8443/in/box?key=1")

    assert (target.host, target.port, target.resource) == ("hooks.example.com", 8443, "/in/box?key=1")
    assert target.authority == "hooks.example.com:8443"
    assert target_of("https://hooks.example.com").authority == "hooks.example.com"
    assert target_of("https://[2606:4700::1111]/").authority == "[2606:4700::1111]"


def test_loopback_is_allowed_where_the_deployment_says_so_and_nothing_else_is() -> None:
    assert target_of("http://127.0.0.1:8000/hook", allows_loopback=True).port == 8000
    with pytest.raises(ValueError, match="public"):
        target_of("http://10.0.0.1/", allows_loopback=True)
