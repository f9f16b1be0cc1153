#include "node_sim/commands.hpp"
#include "node_sim/guest.hpp"
#include "node_sim/node.hpp"
#include "node_sim/pool.hpp"
#include "node_sim/storage.hpp"
#include "node_sim/system.hpp"

#include <unistd.h>

namespace cloudpods::node_sim {

namespace {

void make_storage(std::string_view id, std::string_view type, std::string_view content,
                  std::string_view capacity) {
  make_folders(inside(cat("storages/", id)));
  write_text(inside(cat("storages/", id, ".conf")),
             cat("type: ", type, "\ncontent: ", content, "\ncapacity: ", capacity, "\n"));
}

void make_template(int vmid, guest_kind kind, key_values config) {
  create_placeholder(vmid, kind, "create");
  config.emplace("template", "1");
  store_guest({vmid, kind, std::move(config), {}, {}});
}

void make_vm_template() {
  const auto cloudinit = allocate("clients-main", "vm-9100-cloudinit", 4 << 20).id();
  const auto disk = allocate("clients-main", "base-9100-disk-0", std::uint64_t{8} << 30).id();
  make_template(9100, guest_kind::vm,
                {{"name", "ubuntu-24-cloud"},
                 {"description", "Ubuntu 24.04 cloud image"},
                 {"agent", "1"},
                 {"boot", "order=scsi0"},
                 {"cores", "1"},
                 {"cpu", "host"},
                 {"ide2", cat(cloudinit, ",media=cdrom,size=4M")},
                 {"memory", "1024"},
                 {"net0", cat("virtio=", new_mac(), ",bridge=vmbr0")},
                 {"onboot", "1"},
                 {"ostype", "l26"},
                 {"scsi0", cat(disk, ",size=8G")},
                 {"scsihw", "virtio-scsi-single"},
                 {"serial0", "socket"},
                 {"smbios1", "uuid=11111111-2222-3333-4444-555555555555"},
                 {"tags", "golden"},
                 {"vga", "serial0"}});
}

void make_ct_template() {
  const auto disk = allocate("clients-main", "basevol-9000-disk-0", std::uint64_t{8} << 30).id();
  make_template(9000, guest_kind::ct,
                {{"arch", "amd64"},
                 {"cores", "2"},
                 {"hostname", "cloudpod-template"},
                 {"memory", "2048"},
                 {"net0", cat("name=eth0,bridge=vmbr0,ip=dhcp,type=veth,hwaddr=", new_mac())},
                 {"ostype", "ubuntu"},
                 {"rootfs", cat(disk, ",size=8G")},
                 {"swap", "512"},
                 {"unprivileged", "1"}});
}

} // namespace

void make_fresh_node(const std::string& program) {
  for (const auto* folder : {"bin", "guests", "storages", "pools", "tasks/active", "locks", "log",
                             "home", "snippets", "hanging", "release"})
    make_folders(inside(folder));
  auto names = command_names();
  names.emplace_back("node_sim");
  for (const auto& name : names)
    if (::symlink(program.c_str(), inside(cat("bin/", name)).c_str()) != 0)
      throw failure{cat("'", root(), "' holds a node already")};
  if (!exists(inside("settings")))
    write_text(inside("settings"), "node: pve1\n");
  for (const auto* file : {"faults", "latency", "trace.jsonl", "overlaps.jsonl", "ipam.txt",
                           "log/migra-cloudpods.log"})
    append_text(inside(file), "");
  make_storage("clients-main", "zfspool", "images,rootdir", "8000T");
  make_storage("vzdump-backups", "dir", "backup", "1000T");
  make_storage("local", "dir", "iso,vztmpl,snippets", "100G");
  create_pool("ClientPods", "pods of tenants");
  make_vm_template();
  make_ct_template();
}

} // namespace cloudpods::node_sim
