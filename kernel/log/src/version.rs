//! The file that says what a data folder is.
//!
//! Its first line names the format, the second one the folder: an id that was drawn when it was made and stays its own
//! wherever it is moved to, and a checksum over all before it.

use std::path::Path;

use leftfold_batch::crc32c;
use leftfold_ports::{Disk, read_file, write_file};

use crate::OpenError;
use crate::log::TOPICS;

const FILE: &str = "VERSION";
const FORMAT: &str = "leftfold data, format 1\n";
/// The lengths that the hexadecimal digits of an id are cut into (RFC 9562).
const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

/// Whether this program can read the folder, and the folder's id; a folder without one gets `new_id`.
pub(crate) fn check(disk: &dyn Disk, new_id: [u8; 16]) -> Result<[u8; 16], OpenError> {
    let (path, shown) = (Path::new(FILE), disk.show(Path::new(FILE)));
    let Some(bytes) = read_file(disk, path)? else {
        if !disk.list(Path::new(TOPICS))?.is_empty() {
            return Err(OpenError::Format(format!("{shown} is missing beside topics: this is no whole data folder")));
        }
        write_file(disk, path, text(new_id).as_bytes())?;
        return Ok(new_id);
    };
    let Some(rest) = bytes.strip_prefix(FORMAT.as_bytes()) else {
        return Err(OpenError::Format(format!(
            "{shown} says {:?}, this program reads {:?}: use the version that made the folder",
            String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).trim_end(),
            FORMAT.trim_end()
        )));
    };
    if rest.is_empty() {
        write_file(disk, path, text(new_id).as_bytes())?;
        return Ok(new_id);
    }
    id_of(rest).filter(|id| text(*id).as_bytes() == bytes).ok_or_else(|| {
        OpenError::Format(format!("{shown} is damaged: remove its second line, and the folder gets a new id"))
    })
}

fn text(id: [u8; 16]) -> String {
    let digits: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut rest = &digits[..];
    let groups = GROUPS.map(|length| {
        let (group, after) = rest.split_at(length);
        rest = after;
        group
    });
    let said = format!("{FORMAT}folder {}", groups.join("-"));
    format!("{said} {:08x}\n", crc32c(said.as_bytes()))
}

/// The id that a second line names; whether the line is otherwise whole is for the caller to see.
fn id_of(line: &[u8]) -> Option<[u8; 16]> {
    let line = std::str::from_utf8(line).ok()?.strip_prefix("folder ")?;
    let digits: Vec<u8> = line.bytes().take(36).filter(u8::is_ascii_hexdigit).collect();
    let digits = std::str::from_utf8(&digits).ok().filter(|digits| digits.len() == 32)?;
    let mut id = [0; 16];
    for (byte, at) in id.iter_mut().zip((0..32).step_by(2)) {
        *byte = u8::from_str_radix(&digits[at..at + 2], 16).ok()?;
    }
    Some(id)
}
