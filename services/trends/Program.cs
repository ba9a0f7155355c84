using Moodstream.BuildingBlocks.InProcess;
using Moodstream.ServiceDefaults;
using Moodstream.Trends;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();            // health, telemetry, time to stop
builder.AddInProcessBuildingBlocks();    // pub/sub, state and actors
builder.AddTrends();                     // tweets.scored -> TopicMood actors -> mood.windows, mood.shifts

var app = builder.Build();

app.MapDefaultEndpoints();               // /health/live, /health/ready

app.Run();
