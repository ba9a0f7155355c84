namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>What the stores of this adapter take.</summary>
internal static class StateLimits
{
    public const int MostKeyCharacters = 512;
    public const int MostValueBytes = 16 * 1024 * 1024;

    public static void CheckKey(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (key.Length > MostKeyCharacters || key.Contains("||", StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"a key is 1 to {MostKeyCharacters} characters without ||, not '{key}' ({key.Length})", nameof(key));
        }
    }

    public static void CheckValue(ReadOnlyMemory<byte> value)
    {
        if (value.Length > MostValueBytes)
        {
            throw new ArgumentException(
                $"a value is at most {MostValueBytes} bytes, not {value.Length}", nameof(value));
        }
    }
}
