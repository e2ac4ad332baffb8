#include "checksum.h"

uint32_t checksum(const unsigned char *bytes, size_t length) {
    uint32_t a = 1, b = 0;
    for (size_t at = 0; at < length; at++) {
        a = (a + bytes[at]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}
