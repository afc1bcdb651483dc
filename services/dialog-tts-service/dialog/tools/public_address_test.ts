import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { addressOfHost, isPublicAddress } from "./public_address.ts";

/** The first and last of each block that is not public, and their neighbours that are. */
const TABLE: readonly [what: string, not: string, is: string][] = [
  ["this network", "0.0.0.0 0.255.255.255", "1.0.0.0"],
  ["RFC 1918", "10.0.0.0 10.255.255.255", "9.255.255.255 11.0.0.0"],
  ["RFC 1918", "172.16.0.0 172.31.255.255", "172.15.255.255 172.32.0.0"],
  ["RFC 1918", "192.168.0.0 192.168.255.255", "192.167.255.255 192.169.0.0"],
  ["carrier-grade NAT", "100.64.0.0 100.127.255.255", "100.63.255.255 100.128.0.0"],
  ["loopback", "127.0.0.1 127.255.255.255", "126.255.255.255 128.0.0.0"],
  ["link-local", "169.254.0.0 169.254.255.255", "169.253.255.255 169.255.0.0"],
  ["metadata of clouds", "169.254.169.254 fd00:ec2::254 100.100.100.200", ""],
  ["IETF protocols", "192.0.0.0 192.0.0.255", "191.255.255.255 192.0.1.0"],
  ["documentation", "192.0.2.1 198.51.100.1 203.0.113.255", "192.0.3.0 203.0.114.0"],
  ["6to4 relays", "192.88.99.1", "192.88.98.255 192.88.100.0"],
  ["benchmarks", "198.18.0.0 198.19.255.255", "198.17.255.255 198.20.0.0"],
  ["multicast", "224.0.0.1 239.255.255.255 ff02::1", "223.255.255.255"],
  ["reserved, broadcast", "240.0.0.1 255.255.255.255", ""],
  ["unspecified, loopback", ":: ::1", ""],
  ["IPv4-mapped and -compatible", "::ffff:8.8.8.8 ::ffff:7f00:1 ::127.0.0.1 ::8.8.8.8", ""],
  ["unique local, link- and site-local", "fc00::1 fdff::1 fe80::1 febf::1 fec0::1", ""],
  ["discard, segment routing", "100::1 5f00::1", ""],
  ["Teredo and IETF protocols", "2001::1 2001:1ff:ffff::", "2001:200:: 2001:4860:4860::8888"],
  ["documentation", "2001:db8::1 3fff::1 3fff:fff:ffff::", "2001:db9:: 3fff:1000::"],
  ["6to4", "2002:7f00:1::1 2002:808:808::1", "2003::1"],
  ["global unicast", "1fff::1 4000::1", "2000::1 3ffe::1 2a00:1450:4001:82b::200e"],
  [
    "NAT64 as its IPv4 address",
    "64:ff9b::127.0.0.1 64:ff9b::a00:1 64:ff9b:1::808:808",
    "64:ff9b::808:808",
  ],
  [
    "what is no address in its usual form",
    "2130706433 0x7f.1 0177.0.0.1 1.2.3 1.2.3.256 fe80::1%eth0 x :",
    "",
  ],
];

describe("isPublicAddress()", () => {
  for (const [what, not, is] of TABLE) {
    it(`knows ${what}: ${not}`, () => {
      const list = (text: string) => text.split(" ").filter((each) => each !== "");
      assertEquals(list(not).filter(isPublicAddress), []);
      assertEquals(list(is).filter((each) => !isPublicAddress(each)), []);
    });
  }

  it("refuses the empty text", () => assertEquals(isPublicAddress(""), false));
});

describe("addressOfHost()", () => {
  it("has the address behind every form in which a URL may write it", () => {
    const loopbacks = [
      ...["127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001"],
      ...["127.1", "127.0.1", "127.0.0.1."],
    ];
    for (const host of loopbacks) {
      assertEquals(addressOfHost(new URL(`http://${host}/`).hostname), "127.0.0.1", host);
    }
    assertEquals(addressOfHost(new URL("http://[0:0::1]:80/").hostname), "::1");
    assertEquals(addressOfHost(new URL("http://[::ffff:127.0.0.1]/").hostname), "::ffff:7f00:1");
  });

  it("leaves names to be looked up", () => {
    for (const host of ["localhost", "a.example.com", "1.example.com", "0x7f.example"]) {
      assertEquals(addressOfHost(new URL(`http://${host}/`).hostname), undefined);
    }
  });
});
