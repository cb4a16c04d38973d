;; Vectors at 8 bits, and their dot products with a query at 16 bits. Built with wabt's wat2wasm; the bytes are in
;; sketch-scan.ts. Offsets and strides are in bytes, rows as long as `stride`, a multiple of 32.
(module
  (memory (export "memory") 1)

  ;; out[i] = rows[i] . query for i < count, two rows a round: with an odd count one more row is read and one more sum
  ;; written. The query takes twice the bytes of a row. Sums are 32 bits wide: the caller keeps rows short enough.
  ;; The products take so many instructions for each line of the cache that the processor sees few lines ahead, and waits for
  ;; memory. So every `ahead` bytes, a multiple of two rows, one byte of each of the next lines is read first: they are all
  ;; under way at once, which makes the scan three times as fast. Up to `ahead` bytes behind the rows are read. Gives the
  ;; bytes or-ed, lest a compiler leave them out.
  (func (export "scan")
    (param $row i32) (param $count i32) (param $stride i32) (param $ahead i32) (param $query i32) (param $out i32)
    (result i32)
    (local $line i32) (local $fetched i32) (local $bytes i32)
    (local $next i32) (local $end i32) (local $at i32) (local $q v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $line (local.get $row))
    (local.set $fetched (local.get $row))
    (block $done
      (loop $rows
        (br_if $done (i32.le_s (local.get $count) (i32.const 0)))
        (if (i32.ge_u (local.get $row) (local.get $fetched))
          (then
            (local.set $fetched (i32.add (local.get $row) (local.get $ahead)))
            (loop $lines
              (local.set $bytes (i32.or (local.get $bytes) (i32.load8_u (local.get $line))))
              (local.set $line (i32.add (local.get $line) (i32.const 64)))
              (br_if $lines (i32.lt_u (local.get $line) (local.get $fetched))))))
        (local.set $a (v128.const i32x4 0 0 0 0))
        (local.set $b (local.get $a))
        (local.set $c (local.get $a))
        (local.set $d (local.get $a))
        (local.set $at (local.get $query))
        (local.set $end (i32.add (local.get $row) (local.get $stride)))
        (local.set $next (local.get $end))
        (loop $columns
          (local.set $q (v128.load (local.get $at)))
          (local.set $a (i32x4.add (local.get $a)
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $row)) (local.get $q))))
          (local.set $c (i32x4.add (local.get $c)
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $next)) (local.get $q))))
          (local.set $q (v128.load offset=16 (local.get $at)))
          (local.set $b (i32x4.add (local.get $b)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $row)) (local.get $q))))
          (local.set $d (i32x4.add (local.get $d)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $next)) (local.get $q))))
          (local.set $q (v128.load offset=32 (local.get $at)))
          (local.set $a (i32x4.add (local.get $a)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=16 (local.get $row)) (local.get $q))))
          (local.set $c (i32x4.add (local.get $c)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=16 (local.get $next)) (local.get $q))))
          (local.set $q (v128.load offset=48 (local.get $at)))
          (local.set $b (i32x4.add (local.get $b)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=24 (local.get $row)) (local.get $q))))
          (local.set $d (i32x4.add (local.get $d)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=24 (local.get $next)) (local.get $q))))
          (local.set $at (i32.add (local.get $at) (i32.const 64)))
          (local.set $row (i32.add (local.get $row) (i32.const 32)))
          (local.set $next (i32.add (local.get $next) (i32.const 32)))
          (br_if $columns (i32.lt_u (local.get $row) (local.get $end))))
        (local.set $row (local.get $next))
        (local.set $a (i32x4.add (local.get $a) (local.get $b)))
        (local.set $c (i32x4.add (local.get $c) (local.get $d)))
        (i32.store (local.get $out)
          (i32.add
            (i32.add (i32x4.extract_lane 0 (local.get $a)) (i32x4.extract_lane 1 (local.get $a)))
            (i32.add (i32x4.extract_lane 2 (local.get $a)) (i32x4.extract_lane 3 (local.get $a)))))
        (i32.store offset=4 (local.get $out)
          (i32.add
            (i32.add (i32x4.extract_lane 0 (local.get $c)) (i32x4.extract_lane 1 (local.get $c)))
            (i32.add (i32x4.extract_lane 2 (local.get $c)) (i32x4.extract_lane 3 (local.get $c)))))
        (local.set $out (i32.add (local.get $out) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 2)))
        (br $rows)))
    (local.get $bytes))

  ;; The largest size of a component of a vector of `stride` 32-bit floats.
  (func (export "largest") (param $vector i32) (param $stride i32) (result f32)
    (local $end i32) (local $max v128)
    (local.set $max (v128.const i32x4 0 0 0 0))
    (local.set $end (i32.add (local.get $vector) (i32.shl (local.get $stride) (i32.const 2))))
    (loop $columns
      (local.set $max (f32x4.max (local.get $max) (f32x4.abs (v128.load (local.get $vector)))))
      (local.set $vector (i32.add (local.get $vector) (i32.const 16)))
      (br_if $columns (i32.lt_u (local.get $vector) (local.get $end))))
    (f32.max
      (f32.max (f32x4.extract_lane 0 (local.get $max)) (f32x4.extract_lane 1 (local.get $max)))
      (f32.max (f32x4.extract_lane 2 (local.get $max)) (f32x4.extract_lane 3 (local.get $max)))))

  ;; Writes a vector of `stride` 32-bit floats as a row of whole steps. Gives the square, summed in 64 bits, of the length of
  ;; what was rounded off: whichever way a component was rounded, its rest is exact.
  (func (export "round") (param $vector i32) (param $stride i32) (param $step f64) (param $row i32) (result f64)
    (local $end i32) (local $x v128) (local $whole v128) (local $rest v128)
    (local $inverse v128) (local $steps v128) (local $low v128) (local $high v128)
    (local.set $inverse (f32x4.splat (f32.demote_f64 (f64.div (f64.const 1) (local.get $step)))))
    (local.set $steps (f64x2.splat (local.get $step)))
    (local.set $low (v128.const i32x4 0 0 0 0))
    (local.set $high (local.get $low))
    (local.set $end (i32.add (local.get $row) (local.get $stride)))
    (loop $columns
      (local.set $x (v128.load (local.get $vector)))
      (local.set $whole
        (i32x4.trunc_sat_f32x4_s (f32x4.nearest (f32x4.mul (local.get $x) (local.get $inverse)))))
      (local.set $rest (f64x2.sub (f64x2.promote_low_f32x4 (local.get $x))
        (f64x2.mul (f64x2.convert_low_i32x4_s (local.get $whole)) (local.get $steps))))
      (local.set $low (f64x2.add (local.get $low) (f64x2.mul (local.get $rest) (local.get $rest))))
      ;; The two components of the other half.
      (local.set $x (i64x2.splat (i64x2.extract_lane 1 (local.get $x))))
      (local.set $rest (f64x2.sub (f64x2.promote_low_f32x4 (local.get $x))
        (f64x2.mul
          (f64x2.convert_low_i32x4_s (i64x2.splat (i64x2.extract_lane 1 (local.get $whole))))
          (local.get $steps))))
      (local.set $high (f64x2.add (local.get $high) (f64x2.mul (local.get $rest) (local.get $rest))))
      (local.set $whole (i16x8.narrow_i32x4_s (local.get $whole) (local.get $whole)))
      (v128.store32_lane 0 (local.get $row)
        (i8x16.narrow_i16x8_s (local.get $whole) (local.get $whole)))
      (local.set $vector (i32.add (local.get $vector) (i32.const 16)))
      (local.set $row (i32.add (local.get $row) (i32.const 4)))
      (br_if $columns (i32.lt_u (local.get $row) (local.get $end))))
    (local.set $low (f64x2.add (local.get $low) (local.get $high)))
    (f64.add (f64x2.extract_lane 0 (local.get $low)) (f64x2.extract_lane 1 (local.get $low)))))
