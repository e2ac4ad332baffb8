#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dockgen_fuzz::compose::check(data));
