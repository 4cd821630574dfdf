// A stand-in for libcuda.so.1 on host memory, for tests of the host side where there is no GPU. What is queued is done when somebody asks
// a second time whether it is done, so that whoever does not wait is seen; memory is full of numbers that nobody wrote.
//   cc -O2 -ffp-contract=off -shared -fPIC -o libcuda.so.1 libcuda.c ptx.c -lm
#include "ptx.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int Result;
typedef uint64_t Address;
typedef struct Work { enum { LAUNCH, TO_DEVICE, TO_HOST, EVENT } kind; void *what; unsigned groups; Address at; size_t bytes; struct Work *next; } Work;
typedef struct { Work *first, *last; int capturing; } Stream; // while it records, work is kept and not done
typedef struct { int recorded, done, asked; Stream *stream; } Event;

static const size_t room = 256u << 20;
static char *memory;
static Result sticky;
static int live, devices = 2, current = -1, capability = 80;
static struct { char name[64]; int n, code; } planned;
static int launches, replays;

// What tests ask and plan: the n-th call of a name gives an error, from there on.
void standInFail(const char *name, int n, int code) { snprintf(planned.name, 64, "%s", name); planned.n = n; planned.code = code; }
int standInLive(void) { return live; }
int standInLaunches(void) { return launches; }
int standInReplays(void) { return replays; }
void standInReset(int count, int compute) { sticky = 0; planned.n = 0; devices = count; capability = compute; }

static Result enter(const char *name, int needsContext) {
  if (sticky) return sticky;
  if (planned.n > 0 && !strcmp(planned.name, name) && --planned.n == 0) {
    if (planned.code >= 700) sticky = planned.code;
    return planned.code;
  }
  return needsContext && current < 0 ? 201 : 0;
}
#define ENTER(name, context) Result entered = enter(name, context); if (entered) return entered

Result cuInit(unsigned flags) { ENTER("cuInit", 0); if (!memory) { memory = aligned_alloc(512, room); memset(memory, 0x7f, room); } return devices ? 0 : 100; }
Result cuDriverGetVersion(int *v) { *v = 13000; return 0; }
Result cuDeviceGetCount(int *n) { ENTER("cuDeviceGetCount", 0); *n = devices; return 0; }
Result cuDeviceGet(int *d, int i) { *d = i; return i < devices ? 0 : 101; }
Result cuDeviceGetName(char *s, int n, int d) { snprintf(s, n, "stand-in %d", d); return 0; }
Result cuDeviceGetAttribute(int *v, int attribute, int d) { ENTER("cuDeviceGetAttribute", 0); *v = attribute == 75 ? capability / 10 : capability % 10; return attribute != 75 && attribute != 76; }
Result cuDevicePrimaryCtxRetain(void **c, int d) { ENTER("cuDevicePrimaryCtxRetain", 0); *c = memory + d; live++; return 0; }
Result cuDevicePrimaryCtxRelease_v2(int d) { live--; return 0; }
Result cuCtxSetCurrent(void *c) { ENTER("cuCtxSetCurrent", 0); current = (int)((char *)c - memory); return 0; }
Result cuGetErrorName(Result code, const char **s) {
  *s = code == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : code == 35 ? "CUDA_ERROR_INSUFFICIENT_DRIVER" : code == 100 ? "CUDA_ERROR_NO_DEVICE"
    : code == 218 ? "CUDA_ERROR_INVALID_PTX" : code == 700 ? "CUDA_ERROR_ILLEGAL_ADDRESS" : code == 719 ? "CUDA_ERROR_LAUNCH_FAILED" : "CUDA_ERROR_UNKNOWN";
  return 0;
}

// Memory of the device: blocks in order of their addresses, first fit.
typedef struct Block { Address at; size_t bytes; struct Block *next; } Block;
static Block *blocks;
Result cuMemAlloc_v2(Address *p, size_t bytes) {
  ENTER("cuMemAlloc", 1);
  Address at = (Address)memory + 512;
  Block **b = &blocks;
  bytes = (bytes + 511) & ~511ull;
  for (; *b && (*b)->at < at + bytes; b = &(*b)->next) at = (*b)->at + (*b)->bytes;
  if (at + bytes > (Address)memory + room) return 2;
  Block *made = malloc(sizeof *made);
  *made = (Block){ at, bytes, *b };
  *b = made; *p = at; live++;
  memset((void *)at, 0x7f, bytes);
  return 0;
}
Result cuMemFree_v2(Address at) {
  for (Block **b = &blocks; *b; b = &(*b)->next) if ((*b)->at == at) { Block *old = *b; *b = old->next; free(old); live--; return 0; }
  return 1;
}
Result cuMemHostAlloc(void **p, size_t bytes, unsigned flags) { ENTER("cuMemHostAlloc", 1); *p = malloc(bytes); live++; return 0; }
Result cuMemFreeHost(void *p) { free(p); live--; return 0; }

Result cuStreamCreate(Stream **s, unsigned flags) { ENTER("cuStreamCreate", 1); *s = calloc(1, sizeof **s); live++; return 0; }
Result cuStreamDestroy_v2(Stream *s) { free(s); live--; return 0; }
Result cuEventCreate(Event **e, unsigned flags) { ENTER("cuEventCreate", 1); *e = calloc(1, sizeof **e); live++; return 0; }
Result cuEventDestroy_v2(Event *e) { free(e); live--; return 0; }

typedef struct { Kernel *kernel; } Module;
static void put(Stream *s, Work work) { Work *w = malloc(sizeof *w); *w = work; w->next = 0; if (s->last) s->last->next = w; else s->first = w; s->last = w; }
static Result finish(Stream *s) {
  Work *next;
  for (Work *w = s->first; w; w = next) {
    next = w->next;
    if (!sticky) switch (w->kind) {
      case LAUNCH: sticky = runPtx(((Module *)w->what)->kernel, w->groups, w->at, (Address)memory + 512, (Address)memory + room); break;
      case TO_DEVICE: memcpy((void *)w->at, w->what, w->bytes); free(w->what); break;
      case TO_HOST: memcpy(w->what, (void *)w->at, w->bytes); break;
      case EVENT: ((Event *)w->what)->done = 1; break;
    }
    free(w);
  }
  s->first = s->last = 0;
  return sticky;
}
static int outside(Address at, size_t bytes) { return at < (Address)memory + 512 || at + bytes > (Address)memory + room; }

Result cuEventRecord(Event *e, Stream *s) { ENTER("cuEventRecord", 1); *e = (Event){ 1, 0, 0, s }; put(s, (Work){ .kind = EVENT, .what = e }); return 0; }
Result cuEventQuery(Event *e) { ENTER("cuEventQuery", 1); if (e->stream->capturing) return 900; if (e->done) return 0; if (!e->asked++) return 600; return finish(e->stream); }
// pageable memory is copied at the call, as the driver does
Result cuMemcpyHtoDAsync_v2(Address to, const void *from, size_t bytes, Stream *s) {
  ENTER("cuMemcpyHtoDAsync", 1);
  if (s->capturing) return 900;
  if (outside(to, bytes)) return 1;
  void *copy = malloc(bytes); memcpy(copy, from, bytes);
  put(s, (Work){ .kind = TO_DEVICE, .what = copy, .at = to, .bytes = bytes });
  return 0;
}
Result cuMemcpyDtoHAsync_v2(void *to, Address from, size_t bytes, Stream *s) {
  ENTER("cuMemcpyDtoHAsync", 1);
  if (s->capturing) return 900;
  if (outside(from, bytes)) return 1;
  put(s, (Work){ .kind = TO_HOST, .what = to, .at = from, .bytes = bytes });
  return 0;
}
Result cuModuleLoadDataEx(Module **m, const char *text, unsigned n, const int *options, void **values) {
  ENTER("cuModuleLoadDataEx", 1);
  char log[256] = "";
  Kernel *kernel = readPtx(text, log, sizeof log);
  if (!kernel) { if (n == 2 && options[0] == 5 && options[1] == 6) snprintf(values[0], (size_t)values[1], "%s", log); return 218; }
  *m = malloc(sizeof **m); (*m)->kernel = kernel; live++;
  return 0;
}
Result cuModuleGetFunction(Module **f, Module *m, const char *name) { ENTER("cuModuleGetFunction", 1); *f = m; return strcmp(nameOf(m->kernel), name) ? 500 : 0; }
Result cuModuleUnload(Module *m) { freePtx(m->kernel); free(m); live--; return 0; }
Result cuLaunchKernel(Module *f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared, Stream *s, void **parameters, void **extra) {
  ENTER("cuLaunchKernel", 1);
  if (!gx || gx > 0x7fffffff || gy != 1 || gz != 1 || bx != threadsOf(f->kernel) || by != 1 || bz != 1 || extra) return 1;
  launches++;
  put(s, (Work){ .kind = LAUNCH, .what = f, .groups = gx, .at = *(Address *)parameters[0] });
  return 0;
}

// A graph, and one that can be launched, are lists of launches.
static Stream before; // what the stream had queued when it began to record
Result cuStreamBeginCapture_v2(Stream *s, int mode) { ENTER("cuStreamBeginCapture", 1); before = *s; *s = (Stream){ 0, 0, 1 }; return 0; }
static void drop(Work *w) { while (w) { Work *next = w->next; free(w); w = next; } }
Result cuStreamEndCapture(Stream *s, Work **graph) {
  Work *made = s->first;
  *s = before;
  *graph = 0;
  Result entered = enter("cuStreamEndCapture", 1);
  if (entered) { drop(made); return entered; }
  *graph = made;
  live++;
  return 0;
}
static Work *copied(const Work *w, Stream *to) { for (; w; w = w->next) put(to, *w); return to->first; }
Result cuGraphInstantiateWithFlags(Work **made, Work *graph, unsigned long long flags) { ENTER("cuGraphInstantiate", 1); Stream list = { 0 }; *made = copied(graph, &list); live++; return 0; }
Result cuGraphLaunch(Work *graph, Stream *s) { ENTER("cuGraphLaunch", 1); replays++; copied(graph, s); return 0; }
Result cuGraphDestroy(Work *graph) { drop(graph); live--; return 0; }
Result cuGraphExecDestroy(Work *graph) { drop(graph); live--; return 0; }
