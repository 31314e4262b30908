/// How an input gets into memory.
struct InputOpening {
  let source: any ByteSource
  /// Why it is mapped or read, for `--stats`.
  let reason: String
}

extension InputSequence {
  /// Of small files, reading is the quicker way, by a third at 1 KiB; from here on there is no difference. While a
  /// sample is held, they are mapped all the same, because each would keep a chunk.
  private static let smallByteCount = 16 << 10

  func open(_ path: InputPath, inputIndex: Int) throws(SpaltError) -> InputOpening {
    let file: OpenFile
    do { file = try OpenFile(path) } catch { throw .system(error) }
    do { try check(file) } catch {
      file.close()
      throw error
    }
    if let reason = reasonToRead(file) {
      return InputOpening(source: try sourceThatReads(file, inputIndex), reason: reason)
    }
    let mapping: Mapping
    do { mapping = try map(file) } catch {
      file.close()
      throw .system(error)
    }
    return InputOpening(
      source: try source(of: mapping, file.name, inputIndex),
      reason: options.mode == .mmap ? "asked for" : "local file")
  }

  /// What reads a file, or the part of it that is wanted.
  private func sourceThatReads(
    _ file: OpenFile, _ inputIndex: Int
  ) throws(SpaltError) -> any ByteSource {
    let context = context(inputIndex)
    let byteCount = file.status.kind == .regular ? file.status.byteCount : nil
    guard let split = options.split, !split.isWhole else {
      return UndecidedSource(
        descriptor: file.descriptor, path: file.name, byteCount: byteCount, context)
    }
    do throws(SystemError) {
      if case .blocks(let blocks) = split.part {
        try Syscalls.seek(file.descriptor, to: blocks.begin, path: file.name)
      } else {
        return try LineSplitSource(
          descriptor: file.descriptor, path: file.name, byteCount: file.status.byteCount,
          split.range, context)
      }
    } catch {
      file.close()
      throw .system(error)
    }
    guard case .blocks(let blocks) = split.part else { preconditionFailure("there is no other") }
    let buffer: ReadBuffer
    do { buffer = try ReadBuffer(byteCount: options.pieceByteCount, pool: pool) } catch {
      file.close()
      throw error
    }
    let input = CompressedInput(
      buffer, descriptor: file.descriptor, mayWait: false, path: file.name,
      interrupter: interrupter, pool: pool, offset: blocks.begin)
    return try CompressedSource(input, LZ4SplitCodec(split: blocks), context)
  }

  private struct OpenFile {
    let descriptor: Int32
    let status: FileStatus
    /// What messages call it.
    let name: String
    let path: InputPath

    init(_ path: InputPath) throws(SystemError) {
      name = path.isStandardInput ? "standard input" : path.description
      self.path = path
      let descriptor =
        path.isStandardInput ? 0 : try Syscalls.openForReadingAtOnce(bytes: path.bytes, name: name)
      do { status = try Syscalls.status(of: descriptor, path: name) } catch {
        if !path.isStandardInput { Syscalls.close(descriptor) }
        throw error
      }
      self.descriptor = descriptor
    }

    /// Closes the file, unless it belongs to the process.
    func close() { if !path.isStandardInput { Syscalls.close(descriptor) } }
  }

  private func check(_ file: OpenFile) throws(SpaltError) {
    if file.status.kind == .directory {
      throw .input(path: file.name, reason: "is a directory; read what is in it with -r")
    }
    if options.mode == .mmap, file.status.kind != .regular {
      throw .input(path: file.name, reason: "not a regular file, so it cannot be mapped")
    }
    if let split = options.split { try split.check(file.status) }
    if case .batches = options.split?.part, options.mode == .read {
      throw .usage(
        "\(file.name): a part of an Arrow file can only be mapped; plan the splits for reading")
    }
  }

  /// The input policy: why an input is read; nil when it is to be mapped. Standard input is mapped only on demand,
  /// because it may stand anywhere in its file. Pages that come from another machine may be stale, or fail, at any
  /// time.
  private func reasonToRead(_ file: OpenFile) -> String? {
    if case .batches = options.split?.part { return nil }
    if file.status.kind != .regular {
      return file.path.isStandardInput ? "standard input" : "not a regular file"
    }
    if file.status.byteCount == 0 { return "no size" }
    switch options.mode {
    case .mmap: return nil
    case .read: return "asked for"
    case .auto: break
    }
    if file.path.isStandardInput { return "standard input" }
    if file.status.byteCount < Self.smallByteCount, sampledByteCount == 0 { return "small" }
    return Syscalls.remoteFileSystemName(of: file.descriptor, path: file.name).map {
      "on a remote file system (\($0))"
    }
  }

  /// Takes the descriptor over, unless it throws.
  private func map(_ file: OpenFile) throws(SystemError) -> Mapping {
    guard file.path.isStandardInput else {
      return try Mapping(
        owning: file.descriptor, status: file.status, path: file.name, pathBytes: file.path.bytes)
    }
    let descriptor = try Syscalls.duplicate(file.descriptor, path: file.name)
    do {
      return try Mapping(owning: descriptor, status: file.status, path: file.name, pathBytes: [])
    } catch {
      Syscalls.close(descriptor)
      throw error
    }
  }

  private func context(_ inputIndex: Int) -> InputContext {
    InputContext(
      inputIndex: inputIndex, options: options, kernels: kernels, pool: pool, segments: segments,
      interrupter: interrupter, totals: totals)
  }

  private func source(
    of mapping: Mapping, _ path: String, _ inputIndex: Int
  ) throws(SpaltError) -> any ByteSource {
    if let split = options.split {
      switch split.part {
      case .whole, .batches: break
      case .lines:
        return MappedSource(mapping, path: path, context(inputIndex), linesIn: split.range)
      case .blocks(let blocks):
        return try CompressedSource(
          CompressedInput(mapping, path: path, offset: blocks.begin), LZ4SplitCodec(split: blocks),
          context(inputIndex))
      }
    }
    switch CodecRegistry.recognise(mapping.view(0..<mapping.byteCount), isWhole: true) {
    case .compressed(let codec):
      try options.columnar.checkCompressed(path: path)
      return try CompressedSource(
        CompressedInput(mapping, path: path), codec, context(inputIndex))
    case .unreadable(let format):
      throw .input(path: path, reason: format.reason(path: path, isStandardInput: false))
    case .plain, .needsMore:
      let columnar = options.columnar
      if let format = columnar.format,
        columnar.recognises(mapping.view(0..<mapping.byteCount)) == .yes
      {
        return format.makeSource(of: mapping, path: path, context(inputIndex))
      }
      try columnar.checkUnrecognised(path: path)
      return MappedSource(mapping, path: path, context(inputIndex))
    }
  }
}
