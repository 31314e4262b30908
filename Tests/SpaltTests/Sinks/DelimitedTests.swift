import Foundation
import Testing

@testable import Spalt

@Suite struct CSVFormatterTests {
  private func csv(_ text: String, delimiter: Unicode.Scalar = ",") throws -> String {
    try written(text, { CSVFormatter(schema: $0, delimiter: delimiter) })
  }

  @Test func valuesStandAsTheyStood() throws {
    #expect(
      try csv(#"{"a":1.50,"b":-0,"c":true,"d":"text","e":[1, 2],"f":1e5}"# + "\n")
        == "a,b,c,d,e,f,_extra\n1.50,-0,true,text,\"[1, 2]\",1e5,\n")
  }

  @Test func quotesOnlyWhereNeeded() throws {
    let values: [(json: String, csv: String)] = [
      (#"plain"#, "plain"), (#"a,b"#, #""a,b""#), (#"say \"hi\""#, #""say ""hi""""#),
      (#"\""#, #""""""#), (#"line\nfeed"#, "\"line\nfeed\""), (#"\r"#, "\"\r\""),
      (#" spaces "#, " spaces "), (#"tab\t"#, "tab\t"), (#"back\\slash"#, #"back\slash"#),
      (#"slash\/"#, "slash/"), (#"=1+1"#, "=1+1"), (#"@x"#, "@x"), (#"a;b"#, "a;b"),
      (#"\u002c"#, #"",""#), (#"\u00e9\ud83d\ude00"#, "é😀"), (#"\ud800"#, "\u{FFFD}"),
      (#"日本語"#, "日本語"), (#"twelve bytes"#, "twelve bytes"), (#"ten bytes."#, "ten bytes."),
      (#"eleven byte"#, "eleven byte"), (#"null"#, "null"), (#"\u0000"#, "\0"),
      (#"fifteen bytes ."#, "fifteen bytes ."), (#"sixteen bytes .."#, "sixteen bytes .."),
      (#"sixteen bytes ,."#, #""sixteen bytes ,.""#), (#"fifteen bytes ,"#, #""fifteen bytes ,""#),
      (#"seventeen bytes ,"#, #""seventeen bytes ,""#),
    ]
    for value in values {
      #expect(
        try csv("{\"a\":\"\(value.json)\",\"z\":0}\n") == "a,z,_extra\n\(value.csv),0,\n",
        "\(value.json)")
    }
  }

  @Test func nullMissingAndEmptyStrings() throws {
    #expect(
      try csv("{\"a\":\"\",\"b\":null}\n{\"b\":1}\n{}\n")
        == "a,b,_extra\n\"\",,\n,1,\n,,\n")
  }

  @Test func oneColumnHasNoEmptyLines() throws {
    #expect(
      try written(
        "{\"a\":1}\n{\"a\":null}\n{}\n{\"a\":\"\"}\n", { CSVFormatter(schema: $0) },
        isTerminal: false
      ) { $0.selectedColumns = ["a"] } == "a\n1\n\"\"\n\"\"\n\"\"\n")
  }

  @Test func namesAreQuoted() throws {
    #expect(
      try csv(#"{"a,b":1,"c":{"d.e":2},"":3,"q\"":4}"# + "\n")
        == #""a,b","c.""d.e""","""""","""q""""""",_extra"# + "\n1,2,3,4,\n")
  }

  @Test func otherDelimiters() throws {
    let line = #"{"a":"x;y","b":"x,y","c":"x|y"}"# + "\n"
    #expect(try csv(line, delimiter: ";") == "a;b;c;_extra\n\"x;y\";x,y;x|y;\n")
    #expect(try csv(line, delimiter: "|") == "a|b|c|_extra\nx;y|x,y|\"x|y\"|\n")
  }

  @Test func extraIsJSONText() throws {
    let text = try written(
      "{\"a\":1,\"b\":\"x,\\n\"}\n", { CSVFormatter(schema: $0) }
    ) { $0.maximumColumnCount = 1 }
    #expect(text == "a,_extra\n1,\"{\"\"b\"\":\"\"x,\\n\"\"}\"\n")
  }

  @Test func keptLinesHaveTheirText() throws {
    let text = try written(
      "{\"a\":1}\nnot, \"JSON\"\n", { CSVFormatter(schema: $0) }
    ) { $0.keepsRejectedLines = true }
    #expect(text == "a,line,_extra\n1,,\n,\"not, \"\"JSON\"\"\",\n")
  }

  @Test func valuesAreFormattedWhereThereAreNoTokens() throws {
    let text = try written(
      """
      {"t":"2024-02-29T12:00:00.25+02:00","i":-7,"f":0.5,"b":true,"s":"x,y","n":null}
      {"t":"1969-12-31T23:59:59.000000001Z","i":9223372036854775807,"f":1e300,"b":false,"s":""}

      """, { CSVFormatter(schema: $0) }
    ) { $0.representation = .values }
    #expect(
      text == """
        t,i,f,b,s,n,_extra
        2024-02-29T10:00:00.250Z,-7,0.5,true,"x,y",,
        1969-12-31T23:59:59.000000001Z,9223372036854775807,1e+300,false,"",,

        """)
  }

  @Test func timesThatAreAtHandAreLeftToTheZone() throws {
    let text = try written(
      "{\"t\":\"2024-02-29T12:00:00Z\",\"u\":1}\n{\"t\":null}\n",
      { schema in
        CSVFormatter(schema: schema) { (nanoseconds, output) throws(SpaltError) in
          try output.append(Array("at \(nanoseconds / 1_000_000_000), here".utf8))
        }
      }
    ) { $0.representation = .values }
    #expect(text == "t,u,_extra\n\"at 1709208000, here\",1,\n,,\n")
  }

  @Test func longFieldsAndManyBatches() throws {
    var lines = ""
    var expected = "n,s,_extra\n"
    for number in 0..<20_000 {
      let text = String(repeating: "x", count: number % 97) + (number % 5 == 0 ? "," : "y")
      lines += "{\"n\":\(number),\"s\":\"\(text)\"}\n"
      expected += "\(number),\(number % 5 == 0 ? "\"\(text)\"" : text),\n"
    }
    let long = String(repeating: "long ", count: 300_000)
    lines += "{\"n\":1,\"s\":\"\(long)\\t\"}\n{\"n\":2,\"s\":\"\(long)\"}\n"
    expected += "1,\(long)\t,\n2,\(long),\n"
    #expect(try csv(lines) == expected)
    #expect(
      try written(lines, { CSVFormatter(schema: $0) }) { $0.learnsShapes = false } == expected)
  }
}

@Suite struct TSVFormatterTests {
  private func tsv(_ text: String) throws -> String {
    try written(text, { TSVFormatter(schema: $0) })
  }

  @Test func fourBytesAreEscaped() throws {
    #expect(
      try tsv(#"{"a\tb":"x\ty","c":"\r\n\\","d":"\"quoted\", and more","e":[1,"# + "\t2]}\n")
        == "a\\tb\tc\td\te\t_extra\nx\\ty\t\\r\\n\\\\\t\"quoted\", and more\t[1,\\t2]\t\n")
  }

  @Test func emptyFields() throws {
    #expect(
      try tsv("{\"a\":\"\",\"b\":null}\n{\"b\":1}\n{}\n") == "a\tb\t_extra\n\t\t\n\t1\t\n\t\t\n")
  }

  @Test func longTextIsCopied() throws {
    let long = String(repeating: "é, ", count: 50)
    #expect(try tsv("{\"a\":\"\(long)\",\"b\":-1}\n") == "a\tb\t_extra\n\(long)\t-1\t\n")
  }
}
