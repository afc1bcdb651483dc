/** One edge, as the balancer reaches it. */
export interface BalancedEdge {
  readonly instance: string;
  /** Where webhook and streams are. */
  readonly port: number;
  /** Where `/readyz` is. */
  readonly httpPort: number;
}

/** Each takes two files, and haproxy refuses to start where it may not open as many. */
const MAX_CONNECTIONS = 4_000;
/** As long as Twilio lets a call last is 4 h; neither side of a silent one may be given up before. */
const CALL_TIMEOUT = "5h";

/**
 * haproxy's configuration: TCP connections to the webhook's port, in turn to each edge that says it is ready. One that
 * drains gets no new connection within 200 ms and keeps those it has; one that is gone is passed over at once.
 */
export function balancerConfig(port: number, edges: readonly BalancedEdge[]): string {
  return [
    "global",
    `  maxconn ${MAX_CONNECTIONS}`,
    "defaults",
    "  mode tcp",
    "  retries 3",
    "  option redispatch 1",
    "  timeout connect 1s",
    "  timeout check 1s",
    `  timeout client ${CALL_TIMEOUT}`,
    `  timeout server ${CALL_TIMEOUT}`,
    `  timeout tunnel ${CALL_TIMEOUT}`,
    "frontend webhook",
    `  bind 127.0.0.1:${port}`,
    "  default_backend edges",
    "backend edges",
    "  balance roundrobin",
    "  option httpchk GET /readyz",
    "  http-check expect status 200",
    ...edges.map((edge) =>
      `  server ${edge.instance} 127.0.0.1:${edge.port} ` +
      `check port ${edge.httpPort} inter 200ms fall 1 rise 1`
    ),
    "",
  ].join("\n");
}
