import Foundation
import Testing

/// Row sinks print values as they stood in the input.
struct TextFidelityTests {
  @Test func numbersAndTimesStandAsTheyStood() throws {
    let values = [
      "1.0", "1e5", "0.10", "-0", "-0.0", "12345678901234567890", "1E400", "1e-400", "1E+2",
      "9223372036854775807", "9223372036854775808", "-9223372036854775808", "0.1e1",
      "123456789012345678901234567890.123456789", "2.2250738585072011e-308", "0e0", "-0E-0",
      "3.141592653589793238462643383279", "\"2024-02-29T23:59:60.5Z\"",
      "\"2024-06-11T08:00:00+02:00\"", "\"2024-06-11t08:00:00z\"", "\"2024-06-11 08:00:00Z\"",
    ]
    // All alone, so that each decides its column's type; and all under one key.
    for value in values {
      let line = "{\"v\":\(value)}\n"
      #expect(try Program.output([], input: Data(line.utf8)) == line)
    }
    let lines = values.map { "{\"v\":\($0)}\n" }.joined()
    #expect(try Program.output([], input: Data(lines.utf8)) == lines)
    let row = "{" + values.enumerated().map { "\"k\($0)\":\($1)" }.joined(separator: ",") + "}\n"
    #expect(try Program.output([], input: Data((row + row + row).utf8)) == row + row + row)
  }

  @Test func escapesStandAsTheyStood() throws {
    let lines = #"""
      {"v":"\u0041\n\t\"\\\/\b\f\r"}
      {"v":"\ud83d\uDE00 \u20AC"}
      {"v":"\u0000"}
      {"v":"\ud800"}
      {"v":["\u0041",{"\u0042":1}]}

      """#
    #expect(try Program.output([], input: Data(lines.utf8)) == lines)
  }

  @Test func nullIsKeptAndMissingIsLeftOut() throws {
    let lines = "{\"a\":null,\"b\":1}\n{\"b\":null}\n{\"a\":2}\n{}\n{\"a\":null,\"b\":null}\n"
    #expect(try Program.output([], input: Data(lines.utf8)) == lines)
    #expect(try Program.output([], input: Data("{\"x\":null}\n".utf8)) == "{\"x\":null}\n")
  }

  @Test func arraysAndEmptyObjectsKeepTheirText() throws {
    let lines = #"""
      {"a":[ 1 , {"b" : [] } ],"o":{}}
      {"a":[],"o":{ }}
      {"a":[[["\u0041"]]]}

      """#
    #expect(try Program.output([], input: Data(lines.utf8)) == lines)
  }

  @Test func nonASCIITextStandsAsItStood() throws {
    let lines = "{\"ключ\":\"значение\",\"emoji🎉\":\"\u{10FFFF}\u{0}\u{7F}\"}\n"
      .replacingOccurrences(of: "\u{0}", with: "")
    #expect(try Program.output([], input: Data(lines.utf8)) == lines)
  }

  @Test func illFormedUTF8BecomesTheReplacementCharacter() throws {
    let input =
      Data("{\"a\":\"x".utf8) + [0xFF, 0xE2, 0x82, 0x41, 0xF0, 0x9F] + Data("\"}\n".utf8)
    let outcome = try Program.run([], input: input)
    #expect(outcome.text == "{\"a\":\"x\u{FFFD}\u{FFFD}A\u{FFFD}\"}\n")
    #expect(outcome.errorText.contains("UTF-8"))
  }

  @Test func valuesOfChangingTypesStandAsTheyStood() throws {
    let lines = """
      {"a":1}
      {"a":"one"}
      {"a":true}
      {"a":[1]}
      {"a":1.5}
      {"a":null}

      """
    #expect(try Program.output([], input: Data(lines.utf8)) == lines)
  }

  @Test func theLastOfSeveralEqualKeysWins() throws {
    let cases = [
      (#"{"a":1,"a":2}"#, #"{"a":2}"#), (#"{"a":1,"\u0061":2}"#, #"{"a":2}"#),
      (#"{"a":1,"a":{"b":2}}"#, #"{"a.b":2}"#), (#"{"a":{"b":2},"a":1}"#, #"{"a":1}"#),
      (#"{"a":{"b":1,"c":2},"a":{"c":3}}"#, #"{"a.c":3}"#),
      (#"{"a":{"b":1},"a":{"b":2},"a":{"b":3}}"#, #"{"a.b":3}"#),
      (#"{"a":{"b":1},"a":null}"#, #"{"a":null}"#),
    ]
    for (input, expected) in cases {
      let outcome = try Program.run([], input: Data((input + "\n").utf8))
      #expect(outcome.text == expected + "\n")
      #expect(outcome.errorText.contains("twice"), "\(input)")
    }
  }

  @Test func keysThatHoldDotsOrQuotesAreQuoted() throws {
    let input = #"{"a.b":1,"a":{"b":2,"c.d":3},"q\"":4,"":5,"e":{"":6}}"# + "\n"
    #expect(
      try Program.output([], input: Data(input.utf8))
        == #"{"\"a.b\"":1,"a.b":2,"a.\"c.d\"":3,"\"q\"\"\"":4,"\"\"":5,"e.\"\"":6}"# + "\n")
  }

  @Test func keysWithControlCharactersAreEscaped() throws {
    let input = #"{"a\n\u0001\tb":1,"back\\slash":2,"bell\u001f":3}"# + "\n"
    let output = try Program.run([], input: Data(input.utf8)).output
    let object = try JSONSerialization.jsonObject(with: output) as? [String: Int]
    #expect(object == ["a\n\u{1}\tb": 1, "back\\slash": 2, "bell\u{1f}": 3])
  }

  /// Names that Spalt gives a meaning of its own are ordinary keys when they stand in the input.
  @Test(arguments: ["_extra", "line", "_value", "_file"])
  func namesOfSpecialColumnsInTheInput(name: String) throws {
    for value in ["1", "\"text\"", "{}", "null", "[1]"] {
      let lines = "{\"\(name)\":\(value),\"b\":2}\n{\"b\":3}\n"
      #expect(try Program.output([], input: Data(lines.utf8)) == lines)
      #expect(try Program.output(["--on-error", "keep"], input: Data(lines.utf8)) == lines)
      let none = try Statistics(["-O", "none"], input: Data(lines.utf8))
      #expect(none["records", "count"] == 2)
    }
  }
}
