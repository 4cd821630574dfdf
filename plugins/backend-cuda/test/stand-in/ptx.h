// An interpreter of the subset of PTX that the printer writes.
#include <stdint.h>

typedef struct Kernel Kernel;

// Reads a kernel; NULL, and what is wrong in `log`, for what it does not know.
Kernel *readPtx(const char *text, char *log, int room);
void freePtx(Kernel *);
const char *nameOf(const Kernel *);
unsigned threadsOf(const Kernel *);

// Runs all groups; 700 for an address outside of [low, high), 719 where threads part at a barrier or a vote.
int runPtx(const Kernel *, unsigned groups, uint64_t args, uint64_t low, uint64_t high);
