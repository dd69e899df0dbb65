//! An allocator that leaves nothing behind: secrets pass through this module's memory,
//! which the page's other scripts can read.

use std::alloc::{GlobalAlloc, Layout};

use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};

/// Talc is much smaller than the standard library's dlmalloc.
struct Wiping(WasmDynamicTalc);

#[global_allocator]
static ALLOCATOR: Wiping = Wiping(new_wasm_dynamic_allocator());

// SAFETY: hands everything to Talc; what is wiped is still owned. `realloc` is the default, which
// allocates, copies and then deallocates through here.
unsafe impl GlobalAlloc for Wiping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe {
            pointer.write_bytes(0, layout.size());
            // The compiler must not take these writes for dead; tests/browser/leaks.test.ts looks.
            std::hint::black_box(pointer);
            self.0.dealloc(pointer, layout);
        }
    }
}
