namespace Moodstream.ModelServer.Tests.Interop;

/// <summary>A test with curl; skipped, by name, where it is not installed.</summary>
public sealed class CurlFactAttribute : FactAttribute
{
    public const string Curl = "/usr/bin/curl";

    public CurlFactAttribute()
    {
        if (!File.Exists(Curl))
        {
            Skip = $"needs {Curl}";
        }
    }
}
