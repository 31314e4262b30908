#include "CSpaltSystem.h"

#include <stddef.h>
#include <stdint.h>

#if defined(__linux__)
#include <sys/vfs.h>

// The numbers in `man 2 statfs`.
static const struct {
  uint32_t magic;
  const char *name;
} remote[] = {
    {0x6969, "nfs"},        {0x517B, "smb"},        {0xFF534D42, "cifs"},   {0xFE534D42, "smb2"},
    {0x65735546, "fuse"},   {0x01021997, "9p"},     {0x00C36400, "ceph"},   {0x5346414F, "afs"},
    {0x6B414653, "afs"},    {0x73757245, "coda"},   {0x0BD00BD0, "lustre"}, {0x47504653, "gpfs"},
    {0x01161970, "gfs2"},   {0x7461636F, "ocfs2"},  {0x786F4256, "vboxsf"}, {0x6A656A63, "virtiofs"},
    {0xAAD7AAEA, "panfs"},  {0x2030528F, "orangefs"},
};

const char *spaltRemoteFileSystemName(int descriptor) {
  struct statfs status;
  if (fstatfs(descriptor, &status) != 0) return NULL;
  for (size_t i = 0; i < sizeof remote / sizeof remote[0]; i++) {
    if (remote[i].magic == (uint32_t)status.f_type) return remote[i].name;
  }
  return NULL;
}
#elif defined(__APPLE__)
#include <sys/mount.h>
#include <sys/param.h>

const char *spaltRemoteFileSystemName(int descriptor) {
  struct statfs status;
  if (fstatfs(descriptor, &status) != 0) return NULL;
  return status.f_flags & MNT_LOCAL ? NULL : "network";
}
#else
const char *spaltRemoteFileSystemName(int descriptor) {
  (void)descriptor;
  return NULL;
}
#endif
