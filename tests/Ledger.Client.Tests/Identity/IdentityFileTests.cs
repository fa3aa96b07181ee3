using System.Runtime.Versioning;
using Ledger.Client.Identity;
using Ledger.Core.Crypto;

namespace Ledger.Client.Tests.Identity;

[UnsupportedOSPlatform("windows")]
public sealed class IdentityFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly CryptoSuite Suite = Secp256k1Suite.Default;

    private readonly string _folder = Directory.CreateTempSubdirectory("ledger-identity-").FullName;

    private string Target => Path.Combine(_folder, "alice.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(null)]
    [InlineData("a passphrase 口令")]
    public void A_created_identity_loads_as_the_same_key(string? passphrase)
    {
        var created = IdentityFile.Create(Target, Suite, passphrase);

        var loaded = IdentityFile.Load(Target, passphrase);

        Assert.Equal(created.PublicKey, loaded.PublicKey);
        var signature = loaded.Sign(DomainTag.Transaction, "x"u8);
        Assert.True(Suite.Verify(created.PublicKey, DomainTag.Transaction, "x"u8, signature));
    }

    [Fact]
    public void Every_identity_is_new()
    {
        var first = IdentityFile.Create(Target, Suite);
        var second = IdentityFile.Create(Target + "2", Suite);

        Assert.NotEqual(first.PublicKey, second.PublicKey);
    }

    [Fact]
    public void The_file_is_the_owners_alone_and_nothing_else_is_left_in_the_folder()
    {
        IdentityFile.Create(Target, Suite);

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void An_existing_file_is_never_replaced()
    {
        File.WriteAllText(Target, "precious");

        var exception = Assert.Throws<IdentityFileException>(() => IdentityFile.Create(Target, Suite));

        Assert.Equal(IdentityFileProblem.Exists, exception.Problem);
        Assert.Equal("precious", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Of_many_creators_one_wins_and_its_key_is_the_one_in_the_file()
    {
        var winners = new System.Collections.Concurrent.ConcurrentBag<ISigner>();

        Parallel.For(0, 16, _ =>
        {
            try
            {
                winners.Add(IdentityFile.Create(Target, Suite));
            }
            catch (IdentityFileException e)
            {
                Assert.Equal(IdentityFileProblem.Exists, e.Problem);
            }
        });

        Assert.Equal(IdentityFile.Load(Target).PublicKey, Assert.Single(winners).PublicKey);
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void A_file_that_others_may_touch_is_refused(UnixFileMode extra)
    {
        IdentityFile.Create(Target, Suite);
        File.SetUnixFileMode(Target, OwnerOnly | extra);

        var exception = Assert.Throws<IdentityFileException>(() => IdentityFile.Load(Target));

        Assert.Equal(IdentityFileProblem.Permissions, exception.Problem);
        Assert.Contains($"chmod 600 {Target}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_or_folder_is_reported_as_such()
    {
        foreach (var path in new[] { Target, Path.Combine(_folder, "no", "such") })
        {
            var exception = Assert.Throws<IdentityFileException>(() => IdentityFile.Load(path));
            Assert.Equal(IdentityFileProblem.NotFound, exception.Problem);
        }
    }

    [Fact]
    public void A_wrong_or_missing_passphrase_is_told_apart()
    {
        IdentityFile.Create(Target, Suite, "right");

        Assert.Equal(KeyFileError.WrongPassphrase, Refusal("wrong"));
        Assert.Equal(KeyFileError.PassphraseRequired, Refusal(null));
    }

    [Fact]
    public void Foreign_content_is_refused_with_the_codecs_reason()
    {
        Write("not json");
        Assert.Equal(KeyFileError.Malformed, Refusal(null));
        Write("");
        Assert.Equal(KeyFileError.Malformed, Refusal(null));
        Write(new string(' ', 100_000));
        Assert.Equal(KeyFileError.TooLarge, Refusal(null));
    }

    [Fact]
    public void Every_refusal_has_a_sentence_of_its_own()
    {
        var messages = Enum.GetValues<KeyFileError>().Where(e => e is not KeyFileError.None)
            .Select(e => new IdentityFileException("f", IdentityFileProblem.Content, e).Message).ToList();

        Assert.Equal(messages.Count, messages.Distinct().Count());
        Assert.All(messages, m => Assert.EndsWith(".", m, StringComparison.Ordinal));
    }

    private KeyFileError Refusal(string? passphrase)
    {
        var exception = Assert.Throws<IdentityFileException>(() => IdentityFile.Load(Target, passphrase));
        Assert.Equal(IdentityFileProblem.Content, exception.Problem);
        return exception.Error;
    }

    private void Write(string content)
    {
        File.WriteAllText(Target, content);
        File.SetUnixFileMode(Target, OwnerOnly);
    }
}
