import Foundation

@testable import Spalt

/// What CrowdSec's own tests expect of the access logs in the corpus, in terms of our columns.
enum CrowdSecAssertions {
  /// CrowdSec's name of a field, and ours.
  private static let names = [
    "clientip": "host", "remote_addr": "host", "ident": "ident", "auth": "user",
    "remote_user": "user", "verb": "method", "request": "path", "rawrequest": "path",
    "response": "status", "status": "status", "bytes": "bytes", "body_bytes_sent": "bytes",
    "referrer": "referer", "http_referer": "referer", "http_user_agent": "user_agent",
    "httpversion": "protocol", "http_version": "protocol",
  ]

  /// For each log, its lines with the fields that are asserted.
  static func all() throws -> [(name: String, lines: [(message: String, fields: [String: String])])]
  {
    try [
      "apache2-logs", "apache2-malformed", "nginx_http-logs", "nginx-http-malformed", "traefik_clf",
    ].map { ($0, try lines($0)) }
  }

  private static func lines(_ name: String) throws -> [(message: String, fields: [String: String])]
  {
    let path = Corpus.path("access/crowdsec-hub/\(name).expected.json")
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let stages = try JSONSerialization.jsonObject(with: data) as? [[String: Any]] ?? []
    return stages.flatMap { $0["events"] as? [[String: Any]] ?? [] }.compactMap { event in
      guard let parsed = event["parsed"] as? [String: String], let message = parsed["message"]
      else { return nil }
      var fields: [String: String] = [:]
      for (name, text) in parsed {
        guard let ours = names[name] else { continue }
        fields[ours] = ours == "protocol" ? "HTTP/\(text)" : text
      }
      if let domain = parsed["target_fqdn"] {
        fields["vhost"] = domain + (parsed["port"].map { ":" + $0 } ?? "")
      }
      return (message, fields)
    }
  }

  /// A cell as it stood in the log.
  static func text(_ cell: Cell) -> String {
    switch cell {
    case .text(let bytes): String(decoding: bytes, as: UTF8.self)
    case .null: "-"
    default: "\(cell)"
    }
  }
}
