"""Yansou's engine: a folder of articles goes in, highlighted passages come out."""
