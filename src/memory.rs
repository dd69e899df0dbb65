//! An allocator that zeroes freed memory: secrets pass through this module's memory, which the
//! page's other scripts can read.

use std::alloc::{GlobalAlloc, Layout};

use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};

/// Talc is much smaller than the standard library's dlmalloc.
struct Zeroing(WasmDynamicTalc);

#[global_allocator]
static ALLOCATOR: Zeroing = Zeroing(new_wasm_dynamic_allocator());

// SAFETY: delegates to Talc, and zeroes a block only before it is freed. The default `realloc`
// allocates, copies and deallocates through these methods.
unsafe impl GlobalAlloc for Zeroing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe {
            pointer.write_bytes(0, layout.size());
            // Keeps the compiler from removing these writes; tests/browser/leaks.test.ts checks it.
            std::hint::black_box(pointer);
            self.0.dealloc(pointer, layout);
        }
    }
}
