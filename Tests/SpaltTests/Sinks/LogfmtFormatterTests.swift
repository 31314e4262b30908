import Testing

@testable import Spalt

@Suite struct LogfmtFormatterTests {
  private func logfmt(
    _ text: String, _ change: (inout ReaderOptions) -> Void = { _ in }
  ) throws -> String {
    try written(text, { LogfmtFormatter(schema: $0) }, isTerminal: false, change)
  }

  @Test func valuesAsGoWritesThem() throws {
    // What github.com/go-logfmt/logfmt writes for these values.
    let values: [(json: String, logfmt: String)] = [
      (#""plain""#, "plain"), (#""""#, ""), (#""null""#, #""null""#), ("null", "null"),
      ("12.50", "12.50"), ("true", "true"), (#""two words""#, #""two words""#),
      (#""a=b""#, #""a=b""#), (#""say \"hi\"""#, #""say \"hi\"""#),
      (#""back\\slash""#, #"back\slash"#),
      (#""back\\ slash""#, #""back\\ slash""#), (#""\n\r\t""#, #""\n\r\t""#),
      (#""\u0007\u001b[0m""#, #""\u0007\u001b[0m""#), (#""\u007f""#, "\u{7F}"),
      (#""Größe""#, "Größe"), (#""日本 語""#, #""日本 語""#), (#""\ud800""#, #""\ufffd""#),
      ("[1, 2]", #""[1, 2]""#), ("[]", "[]"), (#"{}"#, "{}"), (#"["x"]"#, #""[\"x\"]""#),
      (#""a\/b""#, "a/b"), (#""\u00a0""#, "\u{A0}"), (#""é\ud800é""#, #""é\ufffdé""#),
      (
        #""a text that is longer than sixteen bytes""#,
        #""a text that is longer than sixteen bytes""#
      ),
      (#""a-text-that-is-longer-than-sixteen-bytes""#, "a-text-that-is-longer-than-sixteen-bytes"),
      (
        #""a=text-that-is-longer-than-sixteen-bytes\"""#,
        #""a=text-that-is-longer-than-sixteen-bytes\"""#
      ),
    ]
    for value in values {
      #expect(
        try logfmt("{\"k\":\(value.json),\"z\":0}\n") == "k=\(value.logfmt) z=0\n",
        "\(value.json)")
    }
  }

  @Test func keys() throws {
    #expect(
      try logfmt(#"{"a b":1,"c":{"d":2,"e.f":3},"g=\"":4,"ü":5,"":6,"t\u0009":7}"# + "\n")
        == "a_b=1 c.d=2 c._e.f_=3 _g____=4 ü=5 __=6 t_=7\n")
  }

  @Test func missingKeysAreLeftOut() throws {
    #expect(try logfmt("{\"a\":1,\"b\":\"x\"}\n{\"b\":null}\n{}\n") == "a=1 b=x\nb=null\n\n")
  }

  @Test func whatHasNoColumnStandsBehind() throws {
    let line =
      #"{"a":1,"b c":"x y","d":{"e":[1,{"f":"}"}],"g\"":"\\\""},"h":null,"i":{},"j":"ü","k":""}"#
    #expect(
      try logfmt(line + "\n{\"a\":2}\n") { $0.maximumColumnCount = 1 }
        == #"a=1 b_c="x y" d.e="[1,{\"f\":\"}\"}]" d._g___="\\\"" h=null i={} j=ü k="# + "\na=2\n")
  }
}
