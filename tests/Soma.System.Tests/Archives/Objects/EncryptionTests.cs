using System.Security.Cryptography;
using Soma.Archives.Objects;
using Soma.Hosting;

namespace Soma.System.Tests.Archives.Objects;

/// <summary>What is encrypted can be read with its key only, and only as it was written.</summary>
public sealed class EncryptionTests
{
    [Fact]
    public async Task Nothing_of_an_encrypted_backup_can_be_read_without_its_key_and_keys_can_be_changed()
    {
        await using var notes = await ServedNotes.StartAsync(namespaces: 1);
        var (first, second) = (KeyFile(notes, "first"), KeyFile(notes, "second"));
        await notes.Archiving.BackupAsync(new ObjectOptions { KeyFiles = [first] });
        Assert.All(
            notes.Store.Objects.Where(one => !one.Key.EndsWith(".sha256", StringComparison.Ordinal)),
            one => Assert.Equal("SOMAENC1", global::System.Text.Encoding.ASCII.GetString(one.Value.Content.AsSpan(0, 8))));
        var refused = await Assert.ThrowsAsync<StartupException>(() => notes.Archiving.VerifyAsync(null, second));
        Assert.Contains($"is encrypted with the key {KeyRing.FingerprintOf(File.ReadAllBytes(first))}", refused.Message, StringComparison.Ordinal);

        // A new key needs the old one, because the new backup goes on from the old one.
        await notes.PutAsync("n000", "1,3", "second");
        await Assert.ThrowsAsync<StartupException>(() => notes.Archiving.BackupAsync(new ObjectOptions { KeyFiles = [second] }));
        await notes.Archiving.BackupAsync(new ObjectOptions { KeyFiles = [second, first] });
        await Assert.ThrowsAsync<StartupException>(() => notes.Archiving.VerifyAsync(null, second));
        await notes.Archiving.RestoreAsync(notes.Place("restored"), null, second, first);

        // A full backup needs the new key alone, and so does everything after it.
        await notes.Archiving.BackupAsync(new ObjectOptions { KeyFiles = [second], EverythingAnew = true });
        await notes.Archiving.VerifyAsync(null, second);
        await notes.Archiving.BackupAsync(new ObjectOptions { KeyFiles = [second] });
        await notes.Archiving.VerifyAsync(null, second);
    }

    [Fact]
    public async Task The_first_encrypted_backup_uses_no_segment_that_is_not_encrypted()
    {
        await using var notes = await ServedNotes.StartAsync();
        await notes.Archiving.BackupAsync();
        var key = KeyFile(notes, "key");
        await notes.Archiving.BackupAsync(new ObjectOptions { KeyFiles = [key] });

        using var backup = await notes.Archiving.OpenAsync(null, key);
        Assert.All(
            backup.Namespaces.Cast<CatalogEntry>().SelectMany(entry => entry.Segments),
            segment => Assert.Equal("SOMAENC1", global::System.Text.Encoding.ASCII.GetString(notes.Store.Objects[segment.Name].Content.AsSpan(0, 8))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(200_000)]
    public async Task An_object_of_any_length_comes_back_and_no_chunk_of_it_can_be_altered_moved_or_left_out(int length)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var content = RandomNumberGenerator.GetBytes(length);
        using var whole = new MemoryStream();
        await ObjectCipher.EncryptAsync(new MemoryStream(content), whole, (key, KeyRing.FingerprintOf(key)), default);
        Assert.Equal(content, await DecryptAsync(whole.ToArray(), key));

        const int head = 48;
        const int chunk = 65_536 + 16;
        foreach (var altered in Altered(whole.ToArray(), head, chunk))
        {
            await Assert.ThrowsAnyAsync<CryptographicException>(() => DecryptAsync(altered, key));
        }

        await Assert.ThrowsAnyAsync<CryptographicException>(() => DecryptAsync(whole.ToArray(), RandomNumberGenerator.GetBytes(32)));
    }

    [Theory]
    [InlineData("hex")]
    [InlineData("base64")]
    [InlineData("raw")]
    public async Task A_key_file_holds_its_32_bytes_as_they_are_or_in_hex_or_base64(string form)
    {
        using var folder = new Processes.TestFolder();
        var file = Path.Combine(folder.Location, "key");
        var key = RandomNumberGenerator.GetBytes(32);
        await (form switch
        {
            "hex" => File.WriteAllTextAsync(file, Convert.ToHexString(key) + "\n"),
            "base64" => File.WriteAllTextAsync(file, Convert.ToBase64String(key) + "\n"),
            _ => File.WriteAllBytesAsync(file, key),
        });
        Assert.Equal(key, KeyRing.Read([file]).Current?.Key);

        await File.WriteAllTextAsync(file, "a password");
        Assert.Equal(ExitCode.TokenFile, Assert.Throws<StartupException>(() => KeyRing.Read([file])).Code);
    }

    internal static string KeyFile(ServedNotes notes, string name)
    {
        var file = notes.Place(name);
        File.WriteAllBytes(file, RandomNumberGenerator.GetBytes(32));
        return file;
    }

    private static IEnumerable<byte[]> Altered(byte[] whole, int head, int chunk)
    {
        yield return whole[..^1];
        yield return whole[..head];
        foreach (var at in (int[])[8, 20, head - 1, whole.Length - 1])
        {
            var altered = whole.ToArray();
            altered[at] ^= 1;
            yield return altered;
        }

        if (whole.Length > head + (2 * chunk))
        {
            yield return [.. whole[..head], .. whole[(head + chunk)..(head + (2 * chunk))], .. whole[head..(head + chunk)], .. whole[(head + (2 * chunk))..]];
            yield return whole[..(head + chunk)];
            yield return [.. whole[..head], .. whole[(head + chunk)..]];
        }
    }

    private static async Task<byte[]> DecryptAsync(byte[] stored, byte[] key)
    {
        using var plain = new MemoryStream();
        await ObjectCipher.DecryptAsync(new MemoryStream(stored), plain, key, default);
        return plain.ToArray();
    }
}
