#include "CSpaltSystem.h"

static _Thread_local uint32_t scope;

uint32_t spaltFaultScope(void) { return scope; }

void spaltSetFaultScope(uint32_t number) { scope = number; }
