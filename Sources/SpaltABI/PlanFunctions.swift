public import CSpalt
import Spalt

@c @implementation
public func spalt_plan_splits(
  _ path: UnsafePointer<CChar>?, _ options: OpaquePointer?, _ target_byte_count: UInt64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  guarded { () throws(Failure) in
    let out = unsafe try place(out, "out")
    unsafe out.pointee = nil
    let input = unsafe try SpaltABI.path(path)
    let options = unsafe try SpaltABI.options(behind: options)
    let target = Int(clamping: target_byte_count)
    let handle = try failing { () throws(SpaltError) in
      try PlanHandle(path: input, options, targetByteCount: target)
    }
    unsafe out.pointee = handle.handedOut()
  }
}

@c @implementation
public func spalt_plan_release(_ plan: OpaquePointer?) { unsafe PlanHandle.release(plan) }

@c @implementation
public func spalt_plan_split_count(_ plan: OpaquePointer?) -> Int {
  (unsafe try? PlanHandle.behind(plan))?.plan.splits.count ?? 0
}

@c @implementation
public func spalt_plan_schema(
  _ plan: OpaquePointer?, _ out: UnsafeMutablePointer<ArrowSchema>?
) -> Int32 {
  guarded { () throws(Failure) in
    let out = unsafe try place(out, "out")
    let handle = unsafe try PlanHandle.behind(plan)
    unsafe handle.plan.schema.export(strings: handle.options.stream.strings, to: out)
  }
}

@c @implementation
public func spalt_plan_split(
  _ plan: OpaquePointer?, _ index: Int, _ out: UnsafeMutablePointer<spalt_split>?
) -> Int32 {
  guarded { () throws(Failure) in
    let out = unsafe try place(out, "out")
    let split = unsafe try PlanHandle.behind(plan).split(index)
    guard unsafe out.pointee.size >= MemoryLayout<spalt_split>.size else {
      throw .usage("the size of the split is not set")
    }
    unsafe out.pointee.start = Int64(split.range.lowerBound)
    unsafe out.pointee.end = Int64(split.range.upperBound)
    unsafe out.pointee.file_byte_count = Int64(split.fileByteCount)
    unsafe out.pointee.file_modification_nanoseconds = split.fileModificationNanoseconds
  }
}

@c @implementation
public func spalt_open_split(
  _ plan: OpaquePointer?, _ index: Int, _ options: OpaquePointer?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
  guarded { () throws(Failure) in
    let out = unsafe try place(out, "out")
    unsafe out.pointee = nil
    let handle = unsafe try PlanHandle.behind(plan)
    let split = try handle.split(index)
    let options = unsafe options == nil ? handle.options : try SpaltABI.options(behind: options)
    let reader = try failing { () throws(SpaltError) in
      try ReaderHandle(path: split.path, split: split, options)
    }
    unsafe out.pointee = reader.handedOut()
  }
}
