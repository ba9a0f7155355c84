using System.Text;
using System.Text.Json;

namespace Moodstream.Contracts.Tests;

/// <summary>Pins what goes over the wire, byte for byte: one golden file per message and form.</summary>
public sealed class WireTests
{
    public static TheoryData<string> Files => [.. Messages.ByFile.Keys];

    // Not attributes: those are stored as UTF-8, which has no lone surrogates. The index names the case.
    public static TheoryData<int> LoneSurrogates => [.. Enumerable.Range(0, Surrogates.Length)];

    private static readonly (string Text, string Written)[] Surrogates =
    [
        ("\ud83d", "\ufffd"),
        ("🥹\ud83d", "🥹\ufffd"),
        ("\udd79\ud83e🥹", "\ufffd\ufffd🥹"),
        ("🥹\"🥹\ud83ea", "🥹\\\"🥹\ufffda"),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Serialize_EachMessage_EqualsItsGolden(string file)
    {
        var message = Messages.ByFile[file];

        var json = JsonSerializer.Serialize(message, message.GetType(), ContractsJson.Wire);

        Assert.Equal(Golden(file), json);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Deserialize_EachGolden_GivesBackEveryMember(string file)
    {
        var golden = Golden(file);
        var type = Messages.ByFile[file].GetType();

        var message = JsonSerializer.Deserialize(golden, type, ContractsJson.Wire);

        Assert.Equal(golden, JsonSerializer.Serialize(message, type, ContractsJson.Wire));
    }

    [Fact]
    public void Goldens_OnDisk_AreThoseTested()
    {
        var onDisk = Directory.EnumerateFiles(Repository.Data("contracts"), "*.json")
            .Select(path => Path.GetFileNameWithoutExtension(path));

        Assert.Equal(Messages.ByFile.Keys.Order(StringComparer.Ordinal), onDisk.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Goldens_Together_HoldEveryMessage()
    {
        var messages = typeof(Post).Assembly.GetExportedTypes()
            .Where(type => type is { IsEnum: false, IsAbstract: false } && type != typeof(ContractsJson))
            .Except([typeof(Sentiment), typeof(ModelVersion), typeof(WindowMood)]);

        Assert.Equal(
            messages.Select(type => type.Name).Order(StringComparer.Ordinal),
            Messages.ByFile.Values.Select(m => m.GetType().Name).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("<script>alert('1') & \"2\"</script>", """<script>alert('1') & \"2\"</script>""")]
    [InlineData("👩🏽‍🚀 é ñ 漢字 مرحبا", "👩🏽‍🚀 é ñ 漢字 مرحبا")]
    [InlineData("a\nb\tc\\d", """a\nb\tc\\d""")]
    public void Serialize_Text_EscapesNoMoreThanJsonDemands(string text, string written)
    {
        var post = (Post)Messages.ByFile["post-least"] with { Text = text };

        var json = JsonSerializer.Serialize(post, ContractsJson.Wire.Post);

        Assert.Contains($"\"text\":\"{written}\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Serialize_ControlCharactersAndLineSeparators_AreEscaped()
    {
        var post = (Post)Messages.ByFile["post-least"] with { Text = "\0\u001b\u2028" };

        var json = JsonSerializer.Serialize(post, ContractsJson.Wire.Post);

        Assert.Contains("""\u0000\u001B\u2028""", json, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(LoneSurrogates))]
    public void Serialize_LoneSurrogates_BecomeTheReplacementCharacter(int index)
    {
        var (text, written) = Surrogates[index];
        var post = (Post)Messages.ByFile["post-least"] with { Text = text };

        var json = Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(post, ContractsJson.Wire.Post));

        Assert.Contains($"\"text\":\"{written}\"", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.1f, 0.2f, 0.7f)]
    [InlineData(0.9999999f, 1e-7f, 0f)]
    [InlineData(1f / 3, 1f / 3, 1f / 3)]
    public void Score_OnTheWire_IsPositiveLessNegative(float negative, float neutral, float positive)
    {
        var sentiment = new Sentiment(SentimentLabel.Neutral, negative, neutral, positive);

        var json = JsonSerializer.Serialize(sentiment, ContractsJson.Wire.Sentiment);

        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        Assert.Equal(
            root.GetProperty("positive").GetSingle() - root.GetProperty("negative").GetSingle(),
            root.GetProperty("score").GetSingle());
    }

    private static string Golden(string file) =>
        File.ReadAllText(Repository.Data("contracts", $"{file}.json"), Encoding.UTF8).TrimEnd('\n');
}
