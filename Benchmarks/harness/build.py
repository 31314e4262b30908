"""Builds the C++ and C programs, and installs the rivals that come as packages. Nothing of it is committed."""
import glob
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile

from .rivals import PACKAGES, SIMDJSON_SOURCE, TOOLS


LIBLZ4 = ("-l:liblz4.a",)  # Debian: liblz4-dev; the loops also need the header of libxxhash-dev


class Missing(Exception):
    """A rival or a tool is not there; the message says why."""


class Build:
    def __init__(self, root, network=True, variants=True, log=print):
        self.root = root
        self.folder = os.path.join(root, ".build-rivals")
        self.network, self.variants, self.log = network, variants, log
        self._failed = {}
        self._built = set()  # programs in Swift, in this run
        os.makedirs(self.folder, exist_ok=True)

    # C and C++

    def compilers(self):
        wanted = [os.environ["CXX"]] if "CXX" in os.environ else ["clang++", "g++"]
        found = [c for c in wanted if shutil.which(c)]
        if not found:
            raise Missing("no C++ compiler (clang++ or g++)")
        return found

    def _compile(self, compiler, name, sources, flags, libraries=()):
        """One program, named after what it was made of, so that a change of sources makes a new one."""
        digest = hashlib.sha256(" ".join([compiler, *flags, *libraries]).encode())
        for path in sources + sorted(p for s in sources for p in glob.glob(os.path.join(os.path.dirname(s), "*.h*"))):
            with open(path, "rb") as file:
                digest.update(file.read())
        output = os.path.join(self.folder, f"{name}-{digest.hexdigest()[:8]}")
        if not os.path.exists(output):
            if output in self._failed:
                raise Missing(self._failed[output])
            self.log(f"building {os.path.basename(output)} with {os.path.basename(compiler)}")
            code = [s for s in sources if not s.endswith(".h")]
            result = subprocess.run([compiler, *flags, *code, *libraries, "-o", output], capture_output=True, text=True)
            if result.returncode != 0:
                self._failed[output] = f"{name} does not compile: {result.stderr.strip().splitlines()[-1:]}"
                raise Missing(self._failed[output])
        return output

    def _path(self, *parts):
        return os.path.join(self.root, *parts)

    def generator(self):
        return self._compile(self.compilers()[0], "generate", [self._path("generator", "generate.cpp")], ["-std=c++17", "-O2"])

    def generator_hash(self):
        digest = hashlib.sha256()
        for path in sorted(glob.glob(self._path("generator", "*"))):
            with open(path, "rb") as file:
                digest.update(file.read())
        return digest.hexdigest()

    def limits(self):
        return self._compile(self.compilers()[0], "limits", [self._path("rivals", "limits.cpp")], ["-std=c++17", "-O3"])

    def malloc_counter(self):
        compiler = next((c for c in (os.environ.get("CC"), "clang", "gcc", "cc") if c and shutil.which(c)), None)
        if compiler is None:
            raise Missing("no C compiler")
        return self._compile(compiler, "malloc_counter.so", [self._path("tools", "malloc_counter.c")], ["-O2", "-shared", "-fPIC"])

    # Rivals in C++

    def _parsers(self, program, sources, more_flags=(), libraries=()):
        """[(label, program)]: one for each compiler and processor, or the first that works when variants are off."""
        if platform.machine() not in ("x86_64", "AMD64"):
            raise Missing(f"{program} is written for x86-64")
        programs, problem = [], None
        for compiler in self.compilers():
            for target in ("native", "haswell"):
                flags = ["-std=c++17", "-O3", "-DNDEBUG", f"-march={target}", *more_flags]
                label = f"{os.path.basename(compiler)} -march={target}"
                try:
                    name = f"{program}-{os.path.basename(compiler).strip('+')}-{target}"
                    programs.append((label, self._compile(compiler, name, sources, flags, libraries)))
                except Missing as error:
                    problem = error
                if programs and not self.variants:
                    return programs
        if not programs:
            raise problem
        return programs

    def memchr_parser(self, name):
        """The hand-written parser `name`, built as `_parsers` says."""
        return self._parsers(name, [self._path("rivals", name + ".cpp")])

    def lz4_loop(self):
        """[(compiler, program)]: only the checksum is compiled here; liblz4 is linked statically, as it is in spalt."""
        return [(os.path.basename(compiler), self._compile(compiler, f"lz4_loop-{os.path.basename(compiler).strip('+')}",
                                                           [self._path("rivals", "lz4_loop.cpp")], ["-std=c++17", "-O3", "-march=native"], LIBLZ4))
                for compiler in self.compilers()]

    def lz4_filter(self):
        return self._parsers("lz4_filter", [self._path("rivals", "lz4_filter.cpp")], libraries=LIBLZ4)

    def simdjson(self):
        folder = self._simdjson_source()
        sources = [self._path("rivals", "simdjson_columns.cpp"), os.path.join(folder, "simdjson.cpp")]
        return self._parsers("simdjson", sources, ("-I" + folder, "-I" + self._path("rivals")))

    def _simdjson_source(self):
        """The amalgamated source out of a source distribution, whose hash pip checks."""
        folder = os.path.join(self.folder, "simdjson")
        wanted = ("simdjson.h", "simdjson.cpp")
        if all(os.path.exists(os.path.join(folder, name)) for name in wanted):
            return folder
        if "simdjson" in self._failed:
            raise Missing(self._failed["simdjson"])
        download = os.path.join(self.folder, "download")
        os.makedirs(download, exist_ok=True)
        requirement = os.path.join(download, "requirements.txt")
        with open(requirement, "w") as file:
            file.write(f"{SIMDJSON_SOURCE['package']} --hash=sha256:{SIMDJSON_SOURCE['sha256']}\n")
        self.log(f"downloading {SIMDJSON_SOURCE['package']} for simdjson's source")
        try:
            subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes",
                            "--no-binary", ":all:", "-d", download, "-r", requirement],
                           check=True, capture_output=True, timeout=300 if self.network else 40)
            archive = glob.glob(os.path.join(download, "*.tar.gz"))[0]
        except (subprocess.SubprocessError, OSError, IndexError):
            self._failed["simdjson"] = "simdjson's source could not be downloaded"
            raise Missing(self._failed["simdjson"]) from None
        os.makedirs(folder, exist_ok=True)
        with tarfile.open(archive) as tar:
            for member in tar:
                name = os.path.basename(member.name)
                if name in wanted and member.isfile():
                    with open(os.path.join(folder, name), "wb") as file:
                        shutil.copyfileobj(tar.extractfile(member), file)
        return folder

    # Packages of Python

    def python(self, package):
        """The interpreter of an environment that holds `package` in its pinned version."""
        environment = os.path.join(self.folder, "venv")
        python = os.path.join(environment, "bin", "python")
        pinned = PACKAGES[package]
        marker = os.path.join(environment, f"{package}-{pinned}.installed")
        if os.path.exists(marker):
            return python
        if not self.network:
            raise Missing(f"{package} {pinned} is not installed (run.py --setup)")
        if package in self._failed:
            raise Missing(self._failed[package])
        self.log(f"installing {package} {pinned}")
        try:
            if not os.path.exists(python):
                subprocess.run([sys.executable, "-m", "venv", environment], check=True, capture_output=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"{package}=={pinned}"],
                           check=True, capture_output=True, timeout=900)
        except (subprocess.SubprocessError, OSError):
            self._failed[package] = f"{package} {pinned} could not be installed"
            raise Missing(self._failed[package]) from None
        with open(marker, "w"):
            pass
        return python

    # Programs in Swift

    def stage(self, product):
        """One of our programs for a stage of the library. Built once in a run, if at all: with optimisations that takes minutes."""
        if not os.path.isdir(self._path("stages", "Sources", product)):
            raise Missing(f"there is no {product} in stages/")
        return self._swift("stages", ".build-stages", product)

    def baseline(self):
        """The reader that makes objects; it does not use the library."""
        return self._swift("Baseline", ".build-baseline", "baseline")

    def _swift(self, package, scratch, product):
        """A program of a package in this folder."""
        if product in self._failed:
            raise Missing(self._failed[product])
        scratch = self._path(scratch)
        if product not in self._built:
            self.log(f"building {product}")
            plan = os.path.join(scratch, "release.yaml")
            if os.path.exists(plan):  # else SwiftPM overlooks files that were added to the library, a package in another folder
                os.remove(plan)
            result = subprocess.run(["swift", "build", "--package-path", self._path(package), "--scratch-path", scratch, "-c", "release",
                                     "--static-swift-stdlib", "--product", product], capture_output=True, text=True) if shutil.which("swift") else None
            if result is None or result.returncode != 0:
                lines = ["there is no swift"] if result is None else (result.stderr + result.stdout).strip().splitlines()
                message = next((line for line in lines if "error:" in line), lines[-1] if lines else "no message")
                self._failed[product] = f"{product} was not built: {message}"
                raise Missing(self._failed[product])
            self._built.add(product)
        return os.path.join(scratch, "release", product)

    # Programs of the system

    def tool(self, name):
        path = shutil.which(name)
        if path is None:
            raise Missing(f"{name} is not installed (Debian: apt-get install {TOOLS[name]})")
        return path
