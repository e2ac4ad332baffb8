#include <stddef.h>
#include <stdint.h>

uint32_t checksum(const unsigned char *bytes, size_t length);
