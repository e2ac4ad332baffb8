import streamlit as st

st.title("numbers")
