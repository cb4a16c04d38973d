;; Vectors at 16 bits and their dot products. Built with wabt's wat2wasm; the bytes are in sketch-scan.ts.
(module
  (memory (export "memory") 1)

  ;; target[i] = the whole number nearest to source[i] * scale, 32-bit floats to 16-bit integers, until `end` (in source);
  ;; 16 floats a round. Offsets are bytes.
  (func (export "quantise") (param $source i32) (param $end i32) (param $target i32) (param $scale f32)
    (local $scales v128)
    (local.set $scales (f32x4.splat (local.get $scale)))
    (loop $columns
      (v128.store (local.get $target) (i16x8.narrow_i32x4_s
        (i32x4.trunc_sat_f32x4_s (f32x4.nearest (f32x4.mul (v128.load (local.get $source)) (local.get $scales))))
        (i32x4.trunc_sat_f32x4_s (f32x4.nearest (f32x4.mul (v128.load offset=16 (local.get $source)) (local.get $scales))))))
      (v128.store offset=16 (local.get $target) (i16x8.narrow_i32x4_s
        (i32x4.trunc_sat_f32x4_s (f32x4.nearest (f32x4.mul (v128.load offset=32 (local.get $source)) (local.get $scales))))
        (i32x4.trunc_sat_f32x4_s (f32x4.nearest (f32x4.mul (v128.load offset=48 (local.get $source)) (local.get $scales))))))
      (local.set $source (i32.add (local.get $source) (i32.const 64)))
      (local.set $target (i32.add (local.get $target) (i32.const 32)))
      (br_if $columns (i32.lt_u (local.get $source) (local.get $end)))))

  ;; out[i] = rows[i] . query for i < count. All arguments but `count` are byte offsets; `stride` is the length of a row
  ;; and of the query, a multiple of 64. Sums are 32 bits wide: the caller keeps rows short enough.
  (func (export "scan")
    (param $row i32) (param $count i32) (param $stride i32) (param $query i32) (param $out i32)
    (local $end i32) (local $at i32) (local $a v128) (local $b v128)
    (block $done
      (loop $rows
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $a (v128.const i32x4 0 0 0 0))
        (local.set $b (local.get $a))
        (local.set $at (local.get $query))
        (local.set $end (i32.add (local.get $row) (local.get $stride)))
        (loop $columns
          (local.set $a (i32x4.add (local.get $a)
            (i32x4.dot_i16x8_s (v128.load (local.get $row)) (v128.load (local.get $at)))))
          (local.set $b (i32x4.add (local.get $b)
            (i32x4.dot_i16x8_s (v128.load offset=16 (local.get $row)) (v128.load offset=16 (local.get $at)))))
          (local.set $a (i32x4.add (local.get $a)
            (i32x4.dot_i16x8_s (v128.load offset=32 (local.get $row)) (v128.load offset=32 (local.get $at)))))
          (local.set $b (i32x4.add (local.get $b)
            (i32x4.dot_i16x8_s (v128.load offset=48 (local.get $row)) (v128.load offset=48 (local.get $at)))))
          (local.set $at (i32.add (local.get $at) (i32.const 64)))
          (local.set $row (i32.add (local.get $row) (i32.const 64)))
          (br_if $columns (i32.lt_u (local.get $row) (local.get $end))))
        (local.set $a (i32x4.add (local.get $a) (local.get $b)))
        (i32.store (local.get $out)
          (i32.add
            (i32.add (i32x4.extract_lane 0 (local.get $a)) (i32x4.extract_lane 1 (local.get $a)))
            (i32.add (i32x4.extract_lane 2 (local.get $a)) (i32x4.extract_lane 3 (local.get $a)))))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $rows)))))
