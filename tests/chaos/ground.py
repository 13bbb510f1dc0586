"""ground.py - the rig's own ground: one network namespace (a room) for each process, joined by a
bridge. All of it lives in the mount, network and pid namespaces of the rig (see chaos.py), and so
ends with it, however it ends."""
import subprocess

BRIDGE, NET = "ekcbr", "10.77.0."


def run(*argv, check=True):
    return subprocess.run(argv, check=check, capture_output=True, text=True)


class Room:
    """A network namespace with one address; rules are iptables rules of this namespace."""

    def __init__(self, name, host):
        self.name, self.ip = name, f"{NET}{host}"
        run("ip", "netns", "add", name)
        run("ip", "link", "add", f"v-{name}", "type", "veth", "peer", "name", "eth0", "netns", name)
        run("ip", "link", "set", f"v-{name}", "master", BRIDGE, "up")
        for rest in (["addr", "add", self.ip + "/24", "dev", "eth0"], ["link", "set", "eth0", "up"],
                     ["link", "set", "lo", "up"]):
            run("ip", "-n", name, *rest)

    def command(self, argv):
        return ["nsenter", f"--net=/run/netns/{self.name}", *argv]

    def rule(self, action, *rule):
        run(*self.command(["iptables", "-w", action, *rule]))

    def close(self):
        run("ip", "netns", "del", self.name)


# What a fault does with the packets of one direction.
DROP = ("-j", "DROP")
RESET = ("-p", "tcp", "-j", "REJECT", "--reject-with", "tcp-reset")
LOSS = ("-m", "statistic", "--mode", "random", "--probability", "0.1", "-j", "DROP")


class Cut:
    """A link between two rooms made bad: packets into `room` from `other`, and back if both ways."""

    def __init__(self, room, other, how=DROP, both_ways=True):
        self.room, self.rules = room, [("INPUT", "-s", other.ip, *how)]
        if both_ways:
            self.rules.append(("OUTPUT", "-d", other.ip, *how))
        for rule in self.rules:
            room.rule("-I", *rule)

    def heal(self):
        for rule in self.rules:
            self.room.rule("-D", *rule)


class Ground:
    def __init__(self):
        run("mkdir", "-p", "/run/netns")
        run("mount", "-t", "tmpfs", "rooms", "/run/netns")
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", BRIDGE, "type", "bridge")
        run("ip", "addr", "add", NET + "1/24", "dev", BRIDGE)
        run("ip", "link", "set", BRIDGE, "up")
        self.rooms = {}

    def room(self, name):
        if name not in self.rooms:
            self.rooms[name] = Room(name, 10 + len(self.rooms))
        return self.rooms[name]


class Names:
    """The rig's /etc/hosts: bound over the real one in the rig's own mount namespace, and written
    in place, so that every process sees another answer at once."""

    def __init__(self, path):
        self.path = path
        path.write_text("127.0.0.1 localhost\n")
        run("mount", "--bind", str(path), "/etc/hosts")

    def set(self, names):
        lines = [f"{room.ip} {name}" for name, rooms in names.items() for room in rooms]
        with open(self.path, "r+") as file:
            file.write("127.0.0.1 localhost\n" + "".join(line + "\n" for line in lines))
            file.truncate()
