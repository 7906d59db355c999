#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# `verdict matrix fetch` against a mirror made here, which apt is told to be the machine's: what is chosen, what the lock file
# holds, and what happens when packages are missing, moved or damaged, a suite is gone, nothing is signed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=harness/tests/tap.bash
. "$here/../tap.bash"
: "${VERDICT:?the program to test}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

for tool in apt-get apt-config dpkg-deb /usr/lib/apt/apt-helper; do
	command -v $tool >/dev/null && continue
	skip "verdict matrix fetch" "$tool is not here"
	tap_done
	exit
done

# What apt is told: a source with one suite, and a hook that no run of ours may call.
mkdir -p home mirror
chmod 755 . home
cat >apt.conf <<-END
	Dir::Etc::sourcelist "$work/sources.list";
	Dir::Etc::sourceparts "-";
	APT::Update::Post-Invoke { "touch $work/hook-was-called"; };
END
export APT_CONFIG=$work/apt.conf XDG_CACHE_HOME=$work/home
arch=$(dpkg --print-architecture)
echo "deb [trusted=yes] file:$work/mirror/debian book main" >sources.list

# SUITE PACKAGE VERSION [DEPENDS]: a package of a kernel, in the pool and in the list of SUITE. What is in it goes by its name.
package() {
	local repo=mirror/debian suite=$1 name=$2 version=$3 tree=tree abi path

	case $suite in
	*-security) repo=mirror/debian-security ;;
	esac
	path=pool/${name}_${version#*:}_$arch.deb
	abi=${name#linux-*-}
	abi=${abi%-unsigned}
	abi=${abi#unsigned-}
	rm -rf $tree
	mkdir -p $tree/DEBIAN $repo/pool "$repo/dists/$suite/main/binary-$arch"
	case $name in
	*-image-*)
		if [ $# -lt 4 ]; then
			mkdir -p "$tree/boot" "$tree/lib/modules/$abi/kernel"
			echo "$name $version" >"$tree/boot/vmlinuz-$abi"
			: >"$tree/lib/modules/$abi/modules.builtin"
		fi
		;;
	*-binary-*) mkdir -p "$tree/usr/lib/modules/$abi"; echo "$name $version" >"$tree/usr/lib/modules/$abi/vmlinuz" ;;
	*-modules-*) mkdir -p "$tree/usr/lib/modules/$abi/kernel" ;;
	esac
	cat >$tree/DEBIAN/control <<-END
		Package: $name
		Version: $version
		Architecture: $arch
		Maintainer: nobody <nobody@example.org>
		Description: a kernel that boots nowhere
		${4:+Depends: $4}
	END
	sed -i '/^$/d' $tree/DEBIAN/control
	dpkg-deb --build -Zgzip $tree "$repo/$path" >/dev/null || exit 1
	{
		cat $tree/DEBIAN/control
		echo "Filename: $path"
		echo "Size: $(stat -c %s "$repo/$path")"
		echo "SHA256: $(sha256sum "$repo/$path" | cut -d ' ' -f 1)"
		echo
	} >>"$repo/dists/$suite/main/binary-$arch/Packages"
	release "$repo" "$suite"
}

# REPO SUITE: what says how the list has to be.
release() {
	local list=$1/dists/$2/main/binary-$arch/Packages

	cat >"$1/dists/$2/Release" <<-END
		Suite: $2
		Codename: $2
		Components: main
		Architectures: $arch
		Date: $(LC_ALL=C date -u -R)
		SHA256:
		 $(sha256sum "$list" | cut -d ' ' -f 1) $(stat -c %s "$list") main/binary-$arch/Packages
	END
}

# Kernels on standard input, as kernels.yaml without a lock.
kernels() {
	{
		echo "verdict: 1"
		echo "kernels:"
		cat
	} >kernels.yaml
	rm -f kernels.lock
}

# ARGUMENTS...: sets out (standard output), err (the rest) and status.
fetch() {
	out=$("$VERDICT" matrix fetch "$@" 2>err.txt)
	status=$?
	err=$(<err.txt)
}

# GLOB: what stands in the one kernel of the store that is called so.
kernel() {
	local tree

	for tree in home/verdict/kernels/*; do
		# shellcheck disable=SC2053 # it is a pattern
		[[ ${tree##*/} == $1 ]] && cat "$tree"/boot/vmlinuz-* "$tree"/usr/lib/modules/*/vmlinuz 2>/dev/null
	done
}

forget() {
	rm -rf home/verdict
}

package book linux-image-5.10.0-9-cloud 5.10.9-1
package book linux-image-5.10.0-10-cloud 5.10.10-1
package book linux-image-5.10.0-10-cloud-unsigned 5.10.10-1
package book linux-image-5.10.0-10-cloud-dbg 5.10.10-1
package book linux-image-5.10.0-2-cloud 5.10.2-1
package book linux-image-6.1.0-1-cloud 6.1.1-1
package book-security linux-image-6.1.0-2-cloud 6.1.2-1

kernels <<-END
	  5.10: {package: linux-image-5.10.*-cloud, suite: book, required: true}
	  nojit: {like: 5.10, sysctls: {net.core.bpf_jit_enable: 0}}
	  6.1: {package: linux-image-6.1.*-cloud, suite: [book, book-security]}
END
fetch
is "all are fetched, the newest of each" "$status: $out" \
"0: 5.10             linux-image-5.10.0-10-cloud 5.10.10-1, book
nojit            linux-image-5.10.0-10-cloud 5.10.10-1, book
6.1              linux-image-6.1.0-2-cloud 6.1.2-1, book-security"
is "10 is newer than 9, and the signed one is taken" "$(kernel 'linux-image-5.10*')" "linux-image-5.10.0-10-cloud 5.10.10-1"
has "the -security suite is found beside the mirror" "$err" "book-security: asking file:$work/mirror/debian-security"
is "kernels that ask for the same are fetched once" "$(grep -c 'fetching.*5.10' err.txt)" 1
is "hooks of the machine's apt are not called" "$(ls hook-was-called 2>/dev/null)" ""
is "nothing else is left" "$(ls home/verdict/debs home/verdict/kernels)" \
"home/verdict/debs:

home/verdict/kernels:
linux-image-5.10.0-10-cloud_5.10.10-1_$arch
linux-image-6.1.0-2-cloud_6.1.2-1_$arch"

deb=mirror/debian/pool/linux-image-5.10.0-10-cloud_5.10.10-1_$arch.deb
is "the lock file" "$(sed -n 1,13p kernels.lock)" \
"# Which packages the kernels beside it are. Written by \`verdict matrix fetch\`;
# \`verdict matrix fetch --update\` takes the newest there are.
verdict: 1
kernels:
  - package: 'linux-image-5.10.*-cloud'
    suite: ['book']
    arch: $arch
    files:
      - name: 'linux-image-5.10.0-10-cloud'
        version: '5.10.10-1'
        suite: 'book'
        path: '${deb#mirror/debian/}'
        size: $(stat -c %s "$deb")"
is "it has the digest of the package" "$(sed -n "14s/.*sha256: '\(.*\)'/\1/p" kernels.lock)" "$(sha256sum "$deb" | cut -d ' ' -f 1)"
is "one entry for each question, in the order of the kernels" "$(grep -c package: kernels.lock; grep package: kernels.lock)" \
"2
  - package: 'linux-image-5.10.*-cloud'
  - package: 'linux-image-6.1.*-cloud'"

cp kernels.lock first.lock
touch -d '2000-01-01' kernels.lock
fetch
has "again: nothing is asked for" "$status/$err/$out" "0//*(cached)*(cached)*(cached)"
is "a lock file that says the same is left alone" "$(stat -c %y kernels.lock | cut -d - -f 1)" 2000
rm kernels.lock
forget
fetch
is "the same packages make the same lock file" "$(diff kernels.lock first.lock)" ""

package book linux-image-5.10.0-11-cloud 5.10.11-1
fetch
has "with a lock file the same versions are used" "$out" "5.10.10-1, book (cached)"
forget
fetch 5.10
is "also when they have to be fetched again, without looking for newer ones" "$status: $out
$err" "0: 5.10             linux-image-5.10.0-10-cloud 5.10.10-1, book
5.10: fetching linux-image-5.10.0-10-cloud 5.10.10-1, 0.0 MB"
is "what was not asked for stays in the lock file" "$(diff kernels.lock first.lock)" ""
fetch --update 5.10
has "--update takes the newest" "$status: $out" "0: 5.10 * linux-image-5.10.0-11-cloud 5.10.11-1, book"
has "and locks it" "$(cat kernels.lock)" "version: '5.10.11-1'"

cp first.lock kernels.lock
forget
mkdir mirror/debian/pool/moved
mv "$deb" mirror/debian/pool/moved/
sed -i "s|pool/linux-image-5.10.0-10-cloud_|pool/moved/linux-image-5.10.0-10-cloud_|" mirror/debian/dists/book/main/binary-"$arch"/Packages
release mirror/debian book
fetch 5.10
has "a package that moved in the pool is found by its digest" "$status: $out" "0: 5.10 * linux-image-5.10.0-10-cloud 5.10.10-1, book"
is "no warning of that" "$(grep -c warning: err.txt)" 0

forget
rm mirror/debian/pool/moved/linux-image-5.10.0-10-cloud_*
fetch 5.10
has "what is locked and gone: the newest takes its place" "$status: $out" "0: 5.10 * linux-image-5.10.0-11-cloud 5.10.11-1, book"
has "with a warning at its pattern" "$err" "kernels.yaml:3:19: warning: linux-image-5.10.0-10-cloud 5.10.10-1, which is locked, is gone from book: the newest takes its place"
has "and in the lock file" "$(cat kernels.lock)" "version: '5.10.11-1'"

rm kernels.lock
forget
rm mirror/debian/pool/linux-image-5.10.0-11-cloud_*
fetch 5.10
has "in the list, but not in the pool: what is not signed is next" "$status: $out" "0: 5.10 * linux-image-5.10.0-10-cloud-unsigned 5.10.10-1, book"
has "what could not be had is said" "$err" "warning: linux-image-5.10.0-11-cloud 5.10.11-1 cannot be had: *File not found"
rm kernels.lock mirror/debian/pool/linux-image-5.10.0-10-cloud-unsigned*
forget
fetch 5.10
has "then the version before" "$status: $out" "0: 5.10 * linux-image-5.10.0-9-cloud 5.10.9-1, book"

deb=mirror/debian/pool/linux-image-5.10.0-9-cloud_5.10.9-1_$arch.deb
cp "$deb" good.deb
printf X | dd of="$deb" bs=1 seek=300 conv=notrunc status=none
forget
fetch 5.10
has "a damaged package that is locked is an error" "$status: $err" "2: *error: kernel 5.10 cannot be had: *Hash Sum mismatch"
is "nothing of it is kept" "$(find home/verdict -name 'linux*')" ""
has "the lock file still says what it has to be" "$(cat kernels.lock)" "$(sha256sum good.deb | cut -d ' ' -f 1)"
cp good.deb "$deb"
fetch 5.10
has "when it is whole again it is taken" "$status: $out" "0: 5.10 "

fetch --update 5.10
mv mirror away
fetch
has "without a network: what is there is used" "$out" "5.10.9-1, book (cached)"
has "and what is not required is a warning" "$status: $err" "0: *kernels.yaml:5:3: warning: kernel 6.1 cannot be had: "
fetch --update 5.10
has "--update without a network: what is locked stays" "$status: $out" "0: 5.10 * 5.10.9-1, book (cached)"
has "with what is known of last time" "$err" "warning: the list of book cannot be had (*): the one kept of last time counts"
forget
fetch
has "nothing there and nothing to be had: required is an error" "$status: $err" "2: *kernels.yaml:3:3: error: kernel 5.10 cannot be had: "
fetch 6.1
has "so is what is asked for by its name" "$status: $err" "2: *error: kernel 6.1 cannot be had: "
mv away mirror

kernels <<-END
	  gone: {package: linux-image-6.1.*-cloud, suite: no-such-suite}
	  none: {package: linux-image-9.*-cloud, suite: book}
	  6.1: {package: linux-image-6.1.*-cloud, suite: book-security, required: true}
END
fetch
has "a suite that is gone takes no other with it" "$status: $out" "0: 6.1 * linux-image-6.1.0-2-cloud 6.1.2-1, book-security"
has "it is a warning" "$err" "kernels.yaml:3:3: warning: kernel gone cannot be had: no-such-suite: "
has "so is a pattern that nothing matches" "$err" "warning: kernel none cannot be had: nothing in book matches 'linux-image-9.\*-cloud'"

# In parts, as since 6.19; of vmlinuz there is one that is not signed.
package book linux-base-7.3.4-cloud 7.3.4-1
package book linux-modules-7.3.4-cloud 7.3.4-1 "kmod, linux-base-7.3.4-cloud (= 7.3.4-1)"
package book linux-binary-7.3.4-cloud 7.3.4-1
package book linux-binary-unsigned-7.3.4-cloud 7.3.4-1
package book linux-image-7.3.4-cloud 7.3.4-1 "dracut | initramfs-tools, linux-binary-7.3.4-cloud (= 7.3.4-1), linux-modules-7.3.4-cloud (= 7.3.4-1)"
package book linux-image-cloud 7.3.4-1 "linux-image-7.3.4-cloud (= 7.3.4-1), linux-base (>= 4)"
kernels <<-END
	  7: {package: linux-image-7.*-cloud, suite: book}
	  meta: {package: linux-image-cloud, suite: book}
END
fetch
has "a kernel in parts" "$status: $out" "0: 7 * linux-image-7.3.4-cloud 7.3.4-1, book
meta * linux-image-cloud 7.3.4-1, book"
is "its parts are in one folder" "$(kernel 'linux-image-7*'; ls home/verdict/kernels/linux-image-7*/usr/lib/modules/7.3.4-cloud)" \
"linux-binary-7.3.4-cloud 7.3.4-1
kernel
vmlinuz"
is "the lock file has them all" "$(sed -n "/linux-image-7.\*/,/linux-image-cloud'/s/ *- name: //p" kernels.lock)" \
"'linux-image-7.3.4-cloud'
'linux-binary-7.3.4-cloud'
'linux-modules-7.3.4-cloud'
'linux-base-7.3.4-cloud'"
rm mirror/debian/pool/linux-binary-7.3.4-cloud_* kernels.lock
forget
fetch 7
is "a part that is gone: the one that is not signed" "$status: $(kernel 'linux-image-7*')" "0: linux-binary-unsigned-7.3.4-cloud 7.3.4-1"

kernels <<-END
	  6.1: {package: linux-image-6.1.*-cloud, suite: book}
END
forget
echo "deb file:$work/mirror/debian book main" >sources.list
fetch 6.1
has "what nobody signed is refused" "$status: $err" "2: *cannot be had: *is not signed"
printf 'Types: deb\nURIs: file:%s\nSuites: other\nComponents: contrib main\nTrusted: yes\n' "$work/mirror/debian/" >sources.sources
sed -i 's/sources.list/sources.sources/' apt.conf
fetch 6.1
has "the other form of sources; a suite that the machine does not have" "$status: $out" "0: 6.1 * 6.1.1-1, book"
has "from the mirror of the machine" "$err" "book: asking file:$work/mirror/debian
"

if command -v gpg >/dev/null; then
	export GNUPGHOME=$work/gnupg
	mkdir -m 700 gnupg
	gpg --batch --quiet --passphrase '' --quick-generate-key nobody@example.org default sign never 2>/dev/null
	gpg --export >keys.gpg
	gpg --batch --quiet --yes --clearsign -o mirror/debian/dists/book/InRelease mirror/debian/dists/book/Release
	gpgconf --kill gpg-agent
	sed -i "s|^Trusted: yes|Signed-By: $work/keys.gpg|" sources.sources
	forget
	fetch --update 6.1
	has "what is signed by a key of the machine is taken" "$status: $out" "0: 6.1 * 6.1.1-1, book"
	sed -i 's/^Suite: book/Suite: look/' mirror/debian/dists/book/InRelease
	forget
	fetch --update 6.1
	has "what was changed afterwards is refused" "$status: $err" "2: *cannot be had: *GPG error: *"
	rm mirror/debian/dists/book/InRelease
	sed -i "s|^Signed-By:.*|Trusted: yes|" sources.sources
else
	skip "what is signed by a key of the machine is taken" "gpg is not here"
	skip "what was changed afterwards is refused" "gpg is not here"
fi

forget
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	rm -f kernels.lock
	chown -R 65534:65534 home "$work"
	out=$(setpriv --reuid=65534 --regid=65534 --clear-groups "$VERDICT" matrix fetch 6.1 2>err.txt)
	is "it takes no root" "$?: ${out%%,*}/$(stat -c %u kernels.lock)" "0: 6.1              linux-image-6.1.0-1-cloud 6.1.1-1/65534"
	chown -R 0:0 "$work"
else
	skip "it takes no root" "this is not root, as which the rest was run"
fi

# A mirror that is not the machine's own disk may come right by itself.
mkdir mid
cat >mid/apt-get <<-END
	#!/bin/sh
	if [ ! -e $work/asked ]; then
		touch $work/asked
		echo "E: Failed to fetch Packages.xz  File has unexpected size (1 != 2). Mirror sync in progress?"
		exit 100
	fi
	exec $(command -v apt-get) "\$@"
END
chmod +x mid/apt-get
rm -f kernels.lock
forget
sed -i "s|file:|copy:|" sources.sources
PATH=$work/mid:$PATH fetch 6.1
has "a mirror in the middle of an update is asked again" "$status: $out/$err" "0: 6.1 * 6.1.1-1, book*Mirror sync in progress[?]; trying again"

# A machine without apt.
mkdir bin
for tool in sh dpkg-deb; do
	ln -s "$(command -v $tool)" bin/
done
rm -f kernels.lock
forget
PATH=$work/bin fetch 6.1
has "without apt: what to place where" "$status: $err" \
"2: *kernel 6.1 cannot be had: there is no apt here*note: unpack the newest linux-image-6.1.\*-cloud of book *$work/home/verdict/kernels/placed/6.1/vmlinuz *$work/home/verdict/kernels/placed/6.1/modules"
mkdir -p home/verdict/kernels/placed/6.1/modules
echo placed >home/verdict/kernels/placed/6.1/vmlinuz
PATH=$work/bin fetch 6.1
is "what is placed there is taken" "$status: $out/$err" "0: 6.1              $work/home/verdict/kernels/placed/6.1/vmlinuz (placed)/"

fetch 6.2
has "a name that is not in the file" "$status: $err" "2: verdict: error: unknown kernel '6.2'; did you mean '6.1'?"
echo "kernels: [1]" >kernels.lock
fetch
has "a lock file that is none" "$status: $err" "2: *kernels.lock:1:11: error: a kernel is a mapping*kernels.lock:1:1: error: a lock file needs 'verdict: 1'"
cat >kernels.lock <<-END
	verdict: 1
	kernels:
	  - package: 'linux-image-6.1.*-cloud'
	    suite: ['book']
	    arch: $arch
	    files:
	      - name: '../../../../tmp/x'
	        version: '1'
	        suite: 'book'
	        path: 'pool/x.deb'
	        size: 1
	        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
END
fetch
has "names in it stay in their folder" "$status: $err" "2: *kernels.lock:7:9: error: a name, version or path here is none of a package"
cd / || exit 1
out=$("$VERDICT" matrix fetch 2>&1)
is "no file of kernels" "$?: $out" "2: verdict: error: no file of kernels is named, and there is neither kernels.yaml nor ci/kernels.yaml"
tap_done
