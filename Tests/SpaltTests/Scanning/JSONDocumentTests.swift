import Foundation
import Testing

@testable import Spalt

/// The reader of small JSON documents.
@Suite struct JSONDocumentTests {
  private func read(_ text: String) throws -> JSONNode {
    try JSONDocumentReader.document(Array(text.utf8))
  }

  private func fault(_ bytes: [UInt8]) -> JSONDocumentError? {
    do {
      _ = try JSONDocumentReader.document(bytes)
      return nil
    } catch { return error }
  }

  private func fault(_ text: String) -> JSONDocumentError? { fault(Array(text.utf8)) }

  @Test func valuesAndLines() throws {
    let document = try read(
      "{\r\n\"a\": [1,\n-2.5e+3, true],\n\n\"b\":{\"c\" : \"x\"}, \"n\":null}\n")
    #expect(document.line == 1)
    let list = try #require(document["a"])
    #expect(list.line == 2)
    #expect(list.elements.map(\.line) == [2, 3, 3])
    guard case .number(let number) = list.elements[1].value else {
      Issue.record("no number")
      return
    }
    #expect(number == "-2.5e+3")
    #expect(list.elements[2].isTrue)
    #expect(document["b"]?["c"]?.text == "x")
    #expect(document["b"]?.line == 5)
    #expect(document["d"] == nil)
    #expect(document["n"]?.text == nil)
  }

  @Test func stringsAreDecoded() throws {
    let cases = [
      (#""""#, ""), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u20AC""#, "é€"),
      (#""\ud83d\uDE00""#, "😀"), ("\"grün\"", "grün"), (#""\u0000""#, "\u{0}"),
    ]
    for (text, expected) in cases { #expect(try read(text).text == expected, "\(text)") }
    #expect(try JSONDocumentReader.document([0xEF, 0xBB, 0xBF] + Array("\"x\"".utf8)).text == "x")
  }

  @Test(arguments: [
    "", " ", "nul", "truefalse", "01", "-", "1.", "1e", "+1", ".5", "[1,]", "[1 2]", "[", "{",
    "{a:1}", "{\"a\" 1}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "\"", "\"\\x\"",
    "\"\\u12\"",
    "\"\\u+123\"", "\"\u{1}\"", #""\ud800""#, #""\udc00""#, #""\ud800A""#, "1 2", "[]]", "'a'",
    "{\"a\":1,\"a\":2}", "\"\\",
  ])
  func whatIsNotJSONIsRefused(text: String) {
    #expect(fault(text) != nil)
  }

  @Test func illFormedTextIsRefused() {
    #expect(fault(Array("\"".utf8) + [0xFF] + Array("\"".utf8)) != nil)
    #expect(fault(Array("\"".utf8) + [0xED, 0xA0, 0x80] + Array("\"".utf8)) != nil)
  }

  @Test func faultsKnowTheirLine() {
    #expect(fault("[\n1,\n\n2 3]") == JSONDocumentError(line: 4, reason: "expected ',' or ']'"))
    #expect(fault("{\"a\":1,\n\"a\":2}")?.line == 2)
    #expect(fault("[\n\n") == JSONDocumentError(line: 3, reason: "the document ends too early"))
  }

  @Test func nestingHasALimit() {
    let deep = { (depth: Int) in
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(fault(deep(100)) == nil)
    #expect(fault(deep(101))?.reason == "nested too deeply")
    #expect(fault(String(repeating: "{\"a\":", count: 1_000_000)) != nil)
  }

  /// Cut or changed anywhere, a document is refused or read, and what is read Foundation accepts, too.
  @Test func damagedDocumentsAreNeverMisread() throws {
    let text =
      "{\"format\":\"ndjson\",\"columns\":[{\"name\":\"\\u00e9\",\"nulls\":-1.5e3},true,null]}"
    let bytes = Array(text.utf8)
    for index in bytes.indices {
      #expect(fault(Array(bytes[..<index])) != nil)
      for byte in Array("\" {}[],:\\0x".utf8) + [0x00, 0x80, 0xFF] {
        var changed = bytes
        changed[index] = byte
        guard fault(changed) == nil else { continue }
        let other = try? JSONSerialization.jsonObject(with: Data(changed))
        #expect(other != nil, "\(String(decoding: changed, as: UTF8.self))")
      }
    }
  }
}
